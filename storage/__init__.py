"""Remember: facts as they were, and what the analysis made of them. Touches the database alone.

The map, doors first:

    engine         open a database; sessions that read, sessions that write
    policies       what is watched: add, edit, retire, find
    policy_values  which values a policy may have
    urls           which addresses may be watched, and when two are the same
    addresses      which network addresses may be connected to
    watchlist      a declared list of policies against the rows
    times          crontab lines and working windows, in a time zone
    claims         which policies are due, claimed for one worker at a time
    hosts          when each host is next free, and its robots.txt, over restarts
    fetched        one attempt to fetch a page, as the crawler hands it over
    assembling     one body of the pages of a policy that is on several
    basis          where a policy stands when a fetch is understood, and when it is written
    understanding  what a fetch means for its policy; writes nothing
    furniture      the lines of a policy's texts that do not count
    unchanged      a fetch that changed nothing, written by the shortest way
    record         one live fetch into rows: the door, and the order in which they are written
    attempts       the fact of a live fetch, with its body
    texts          the text it shows: its snapshot, and the changes that lead to it
    settling       when a new text is what readers are to know
    noted          what a policy's own row keeps of its last fetch
    past           one capture from an archive into rows, at its own time
    weave          the timeline in rows: the runs of all sightings, judged side by side
    placing        which texts stood when, of all sightings of a policy
    time_shift     planned times brought nearer when the clock was set back
    looks          looks that nobody took, and how often one showed another text
    story          the whole story of one fetch, for the person who asks
    sightings      what every capture says, under the rules and the knowledge of now
    remake         one policy's derived rows planned from its bodies, and written
    rebuild        derived rows made again under the rules of now, policy by policy
    histories      by what each live change was weighed when it was written
    derived        texts, changes and findings written, with what they are found by
    derive         what record decides, without a database
    vanished       policies whose page is gone, and where they can still be read
    history        the door for readers: what policies said, when, and how sure that is
    filters        what listings are narrowed to
    changes        changes across policies, by what people filter by
    search         which texts say something, which changes brought or took it
    search_index   what texts and changes are found by: SQLite's FTS5
    sentences      since when a policy says a sentence, and until when
    standing       what is due, late, failing, told and waiting to be sent
    rows           plain SQL over SQLAlchemy's connection or sqlite3's own
    writes         rows of our tables written by plain SQL, without objects
    light          a connection that only reads, without SQLAlchemy
    linked         documents that a policy links to and that are not watched
    views          the frozen values that history gives out
    backfills      what archives were asked, and how far that is
    archived       what their indexes list, and what became of each capture
    captures       the captures of a policy as they leave this database
    warc           captures as WARC files, and back
    cdxj           the index of a WARC file
    wacz           a WARC file, its index and its pages in one ZIP
    imports        captures from files
    aliases        addresses that a policy had once
    lookback       which policies archives should be asked for by themselves
    pace           when an archive may be asked next: one rate for all processes
    subscriptions  who wants to hear of what
    silences       notices that nobody wants to hear of for a while
    subscription_sync  declared subscriptions against the rows
    outbox_view    deliveries as they stand
    installation   the key of the signed links of this installation
    chain          the hash chains over facts: one a table, one a policy
    checkpoint     the ends of all chains, signed, to be kept elsewhere
    verify         whether the record is as it was written
    provenance     what a server said with a page, kept and read again
    frames         texts as zstd frames, without a database
    blobs          bodies and texts, content-addressed and compressed
    models/        the tables
    instants       how an instant lies in a column
    schema         which schema this program knows; migrations in-process
    migrations/    one numbered script a schema
    retention      which raw pages may go, and letting them go
    upkeep         what is no longer needed is let go, its room given back in small steps
    sizes          what takes room
    location       which database is meant: a path or URL
    soundness      a first look at a database before the daemon relies on it
    integrity      what the daemon's looks at the record found
    lock           one daemon a database
    backup         a copy while it is written to, and putting one back
    copying        one consistent copy of a file that others write meanwhile
    files          whether a file may be opened as our database at all
    faults         what a driver error means for our callers
    jsonwork       JSON as it is kept: one spelling for one value
    errors         what can go wrong, sorted by what the catcher will do
"""
