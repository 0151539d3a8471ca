"""What runs inside a page: a look at how far it is, a hand that unfolds, and one that takes the DOM.

They run in the page's own world and the page may lie to them; it gains nothing by
it but a wrong text of its own, which it can have more easily.
"""

__all__ = ["FRAME_BODY", "OPEN", "PROGRESS", "SIZE", "TAKE"]

# How much there is to read, so that two looks tell whether the page still grows.
PROGRESS = """() => {
  const body = document.body;
  return [document.readyState, body ? body.textContent.length : 0, body ? body.getElementsByTagName('*').length : 0];
}"""

# Opens <details> and presses what says that it is folded (aria-expanded="false", Bootstrap's
# toggles), at most `most` of them; never a link that leads away, never inside menus, forms or
# dialogs. Where opening one closes another, what the closed one showed is put beside its button.
OPEN = """async ({most, pauseMs}) => {
  const pause = ms => new Promise(done => setTimeout(done, ms));
  for (const one of document.querySelectorAll('details:not([open])')) one.open = true;
  const folded = '[aria-expanded="false"], [data-bs-toggle="collapse"].collapsed, [data-toggle="collapse"].collapsed';
  const outside = 'nav, header, footer, form, dialog, [role="navigation"], [role="dialog"], [role="menu"], [role="menubar"], [role="banner"], [role="combobox"]';
  const leadsAway = one => {
    const link = one.closest('a[href]');
    return link && !/^(#|javascript:)/.test(link.getAttribute('href') || '#');
  };
  const panelOf = one => {
    const named = one.getAttribute('aria-controls') || (one.getAttribute('data-bs-target') || one.getAttribute('data-target') || one.getAttribute('href') || '').replace(/^#/, '');
    const found = named ? document.getElementById(named) : null;
    if (found) return found;
    const head = one.closest('h1, h2, h3, h4, h5, h6, dt') || one;
    return head.nextElementSibling;
  };
  const shown = [];
  let opened = 0;
  for (const one of [...document.querySelectorAll(folded)]) {
    if (opened >= most) break;
    if (!one.isConnected || one.closest(outside) || leadsAway(one) || one.hasAttribute('aria-haspopup')) continue;
    if (one.getAttribute('aria-expanded') === 'true') continue;
    one.click();
    opened += 1;
    await pause(pauseMs);
    const panel = panelOf(one);
    if (panel && panel.textContent.trim()) shown.push([one, panel.innerHTML, panel.textContent.trim()]);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, {acceptNode: node =>
    node.parentElement && node.parentElement.closest('script, style, template, noscript') ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT});
  const parts = [];
  while (walker.nextNode()) parts.push(walker.currentNode.nodeValue);
  const all = parts.join('');
  for (const [one, markup, words] of shown) {
    if (all.includes(words)) continue;
    const kept = document.createElement('div');
    kept.setAttribute('data-opened', '');
    kept.innerHTML = markup;
    (one.closest('h1, h2, h3, h4, h5, h6, dt') || one).after(kept);
  }
  return opened;
}"""

# The size of the DOM as text, before it is taken.
SIZE = "() => document.documentElement ? document.documentElement.outerHTML.length : 0"

# The DOM as it stands, what is inside open shadow roots included. It is marked as drawn, so that
# whoever reads it takes no framework's traces in it for an empty frame.
TAKE = """() => {
  const roots = [];
  const walk = node => {
    for (const one of node.querySelectorAll('*')) {
      if (one.shadowRoot) { roots.push(one.shadowRoot); walk(one.shadowRoot); }
    }
  };
  walk(document);
  const top = document.documentElement;
  const inner = top.getHTML ? top.getHTML({shadowRoots: roots}) : top.innerHTML;
  const names = [...top.attributes].map(a => ` ${a.name}="${a.value.replace(/&/g, '&amp;').replace(/"/g, '&quot;')}"`).join('');
  return `<!DOCTYPE html><html data-drawn${names}>${inner}</html>`;
}"""

# What a frame says, where it says as much as a policy does.
FRAME_BODY = """least => {
  const body = document.body;
  return body && body.textContent.trim().length >= least ? body.innerHTML : '';
}"""
