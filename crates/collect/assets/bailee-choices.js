// Asks a visitor once what may be done with their visits, and sends what they chose. It sets no cookie; the answer is
// kept in this browser under bailee.choices.
//   <script defer src="https://…/bailee-choices.js" data-site="shop"></script>
//   <a href="#" data-bailee-choices>Your choices</a>, wherever one may choose anew
(() => {
  const script = document.currentScript || document.querySelector('script[data-site]');
  const site = script.dataset.site;
  const place = new URL('collect/', script.src);
  const KEY = 'bailee.choices';

  const css = `
    :host { all: initial; position: fixed; inset: auto 0 0; z-index: 2147483647; color-scheme: light dark;
      font: 1rem/1.5 system-ui, sans-serif; }
    section { box-sizing: border-box; max-height: 85vh; overflow: auto; padding: 1rem; background: Canvas;
      color: CanvasText; border-top: 2px solid; box-shadow: 0 0 1rem #0004; }
    section > * { max-width: 60rem; margin: 0 auto .75rem; }
    h2 { font-size: 1.125rem; }
    fieldset { border: 0; padding: 0; }
    fieldset > span { display: block; padding: .375rem 0; }
    label { display: flex; gap: .75rem; align-items: start; padding: .375rem 0; }
    label span { flex: 1; }
    b { display: block; }
    input { inline-size: 1.25rem; block-size: 1.25rem; margin: .125rem 0; flex: none; }
    div { display: grid; grid: auto-flow 1fr / repeat(auto-fit, minmax(9rem, 1fr)); gap: .75rem; }
    button { font: inherit; min-height: 2.75rem; padding: .5rem 1rem; border: 2px solid;
      border-radius: .375rem; background: Canvas; color: CanvasText; cursor: pointer; }
    button:hover { text-decoration: underline; }
    :focus-visible { outline: 3px solid Highlight; outline-offset: 2px; }`;

  // What was chosen: the version of the notice, yes or no to each purpose, and whether the server has it.
  const kept = () => {
    try { return JSON.parse(localStorage.getItem(KEY)) || {}; } catch { return {}; }
  };
  const keep = (chosen) => {
    // A browser that keeps nothing is asked again.
    try { localStorage.setItem(KEY, JSON.stringify(chosen)); } catch {}
  };
  // A text needs no permission of another origin. What does not arrive is sent again on the next page.
  const tell = (choices) => document.dispatchEvent(new CustomEvent('bailee-choices', { detail: choices }));
  const send = async (chosen) => {
    const { version, language, choices } = chosen;
    const body = JSON.stringify({ s: site, version, language, choices });
    try {
      const how = { method: 'POST', body, keepalive: true, credentials: 'include' };
      const reply = await fetch(new URL('choices', place), how);
      // Unless something else was chosen meanwhile.
      const is = (one) => JSON.stringify([one.version, one.choices]);
      if (!reply.ok || is(kept()) !== is(chosen)) return;
      keep({ ...chosen, sent: true });
      if (reply.status !== 200) return;
      // The browser says no for its user, and that stands.
      const stands = (await reply.json()).choices;
      keep({ ...chosen, choices: stands, sent: true });
      tell(stands);
    } catch {}
  };
  const choose = (notice, choices) => {
    const chosen = { version: notice.version, language: notice.language, choices, sent: false };
    keep(chosen);
    send(chosen);
    tell(choices);
  };

  // An element with what stands in it: a text is never markup.
  const make = (name, attributes, ...within) => {
    const element = document.createElement(name);
    for (const attribute in attributes) element.setAttribute(attribute, attributes[attribute]);
    element.append(...within);
    return element;
  };
  let shown;
  const close = () => {
    shown.host.remove();
    shown.opener && shown.opener.focus();
    shown = null;
  };
  const button = (id, text, act) => {
    const element = make('button', { type: 'button', id }, text);
    element.addEventListener('click', () => {
      act();
      close();
    });
    return element;
  };
  // Where single purposes can be chosen, a box says what was chosen before; it says no to what was never chosen.
  const purpose = ({ name, label, text }, box) => {
    const words = make('span', {}, make('b', {}, label), text);
    return box ? make('label', {}, Object.assign(make('input', { type: 'checkbox', name }), box), words) : words;
  };
  const show = (notice, opener) => {
    if (shown) close();
    const chosen = kept().choices || {};
    const every = (answer) => Object.fromEntries(notice.purposes.map(({ name }) => [name, answer]));
    const title = make('h2', { id: 'title', tabindex: '-1' }, notice.title);
    const box = ({ name }) => notice.choose && { checked: chosen[name] === true };
    const purposes = make('fieldset', { 'aria-labelledby': 'title' });
    purposes.append(...notice.purposes.map((one) => purpose(one, box(one))));
    const boxes = purposes.getElementsByTagName('input');
    const ticked = () => Object.fromEntries([...boxes].map(({ name, checked }) => [name, checked]));
    // All of one size, and no is the first. To whom a browser says no for its user, no is all there is to say.
    const buttons = make('div', {}, button('refuse', notice.refuse, () => choose(notice, every(false))));
    if (notice.choose) buttons.append(button('choose', notice.choose, () => choose(notice, ticked())));
    if (notice.accept) buttons.append(button('accept', notice.accept, () => choose(notice, every(true))));
    const host = make('bailee-choices', { lang: notice.language, dir: 'auto' });
    const root = host.attachShadow({ mode: 'open' });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    root.adoptedStyleSheets = [sheet];
    const section = make('section', { 'aria-labelledby': 'title' }, title, make('p', {}, notice.text));
    section.append(purposes, buttons);
    root.append(section);
    // Whoever goes on without an answer is asked again on the next page.
    host.addEventListener('keydown', ({ key }) => key === 'Escape' && close());
    // First for the keyboard, and in nobody's way: only whoever asked for it is led to it.
    document.body.prepend(host);
    shown = { host, opener };
    if (opener) title.focus();
  };

  const asked = new URLSearchParams({ s: site, l: navigator.language });
  const notice = fetch(new URL('notice?' + asked, place), { credentials: 'omit' })
    .then((reply) => (reply.ok ? reply.json() : null))
    .catch(() => null);
  document.addEventListener('click', (event) => {
    const opener = event.target.closest && event.target.closest('[data-bailee-choices]');
    if (!opener) return;
    event.preventDefault();
    notice.then((notice) => notice && show(notice, opener));
  });
  notice.then((notice) => {
    const chosen = kept();
    if (!notice) return;
    if (chosen.version === notice.version) chosen.sent || send(chosen);
    // A browser that says no for its user is not asked: the server hears it with every request.
    else if (notice.accept && !navigator.globalPrivacyControl && navigator.doNotTrack != 1) show(notice);
  });
})();
