"""A made-up shop of many pages on loopback, with its legal pages where shops have them."""

import gzip

from tests.support.site import Site

__all__ = ["document", "put_shop"]

_WORDS = {
    "en": "We process your personal data under this policy and you may withdraw your consent. Third parties help us. We keep the data that we collect for two years. Your rights are listed here for you.",
    "de": "Wir verarbeiten Ihre personenbezogenen Daten nach dieser Richtlinie, und Sie können Ihre Einwilligung widerrufen. Dritte helfen uns dabei. Wir speichern die Daten, die wir erheben, für zwei Jahre. Ihre Rechte stehen hier.",
    "fr": "Nous traitons vos données personnelles selon cette politique et vous pouvez retirer votre consentement. Des tiers nous aident. Nous conservons les données que nous collectons pendant deux ans. Vos droits sont ici.",
}


def document(title: str, about: str, *, lang: str = "en") -> str:
    """Return a page that reads as a policy with this title."""
    paragraphs = "".join(f"<p>{about} {_WORDS[lang]}</p>" for _ in range(4))
    return (
        f"<!doctype html><html lang={lang}><head><title>{title} | Heron Shop</title></head><body>"
        f"<nav><a href=/>Home</a></nav><main><h1>{title}</h1>{paragraphs}</main>"
        "<footer><a href=/impressum>Impressum</a></footer></body></html>"
    )


def put_shop(site: Site) -> None:
    """Put a German and English shop whose pages are linked, mapped, hidden or gone."""
    articles = "".join(f"<a href=/shop/{n}>Teapot {n}</a>" for n in range(40))
    site.put(
        "/",
        f"""<!doctype html><html lang=en><head><title>Heron Shop</title>
        <link rel=terms-of-service href=/allgemein/agb></head>
        <body><main><h1>Teapots</h1><p>Teapots for everyone.</p>{articles}
        <a href=/blog/2024/privacy-matters>Why privacy matters</a>
        <a href=/careers/privacy>Privacy notice for applicants</a></main>
        <footer><a href="/datenschutz#top">Datenschutzerklärung</a> <a href=/gone>Cookie policy</a>
        <a href="javascript:settings()">Cookie settings</a> <a href=/legal>Legal</a>
        <a href=mailto:us@example.org>Privacy contact</a></footer></body></html>""",
    )
    site.put(
        "/datenschutz", document("Datenschutzerklärung", "Heron verkauft Teekannen.", lang="de")
    )
    site.put("/allgemein/agb", document("Terms of service", "Heron sells teapots."))
    site.put("/careers/privacy", document("Privacy notice for applicants", "Heron hires people."))
    site.put("/blog/2024/privacy-matters", document("Why privacy matters", "A thought."))
    site.put(
        "/legal",
        "<!doctype html><title>Legal</title><main><h1>Legal</h1><ul>"
        "<li><a href=/legal/dpa>Data processing agreement</a><li><a href=/legal/list>Sous-traitants</a></ul></main>",
    )
    site.put("/legal/dpa", document("Data Processing Agreement", "Heron processes data for shops."))
    site.put("/legal/list", document("Liste des sous-traitants", "Nos sous-traitants.", lang="fr"))
    site.put(
        "/robots.txt",
        f"User-agent: *\nDisallow: /private\nSitemap: {site.url}/maps/index.xml\nSitemap: http://elsewhere.example/x.xml\n",
        content_type="text/plain",
    )
    site.put(
        "/maps/index.xml",
        f'<?xml version="1.0"?><sitemapindex><sitemap><loc>{site.url}/maps/products.xml</loc></sitemap>'
        f"<sitemap><loc>{site.url}/maps/pages.xml.gz</loc></sitemap></sitemapindex>",
        content_type="application/xml",
    )
    products = "".join(f"<url><loc>{site.url}/shop/{n}</loc></url>" for n in range(2_000))
    site.put("/maps/products.xml", f"<urlset>{products}</urlset>", content_type="application/xml")
    pages = f"<urlset><url><loc> {site.url}/hilfe/cookie-richtlinie </loc></url><url><loc>{site.url}/private/privacy</loc></url></urlset>"
    site.put("/maps/pages.xml.gz", gzip.compress(pages.encode()), content_type="application/gzip")
    site.put(
        "/hilfe/cookie-richtlinie", document("Cookie-Richtlinie", "Heron setzt Cookies.", lang="de")
    )
