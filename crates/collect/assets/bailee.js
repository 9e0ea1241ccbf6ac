// Counts visits to a page. It sets no cookie and keeps nothing in the browser; the server decides what may be counted.
//   <script defer src="https://…/bailee.js" data-site="shop"></script>
(() => {
  const script = document.currentScript || document.querySelector('script[data-site]');
  const site = script.dataset.site;
  const collect = new URL('collect', script.src).href;
  const earlier = window.bailee || {};
  // A page that has the script twice counts once.
  if (earlier.site) return;

  // This view: its number, its address, for how long it was visible before, and since when it is; and the view that the
  // server has heard of.
  let view, address, visible, since, heard;
  // What happened before that: of a view that it does not know the server counts nothing.
  const waiting = (earlier.q || []).map(([n, p]) => ['event', { n, p }]);
  const now = () => performance.now();
  const isVisible = () => document.visibilityState == 'visible';

  // A text needs no permission of another origin, and both ways go on when the page is left.
  const message = (kind, more) => JSON.stringify({ s: site, v: view, k: kind, u: address, ...more });
  const post = (body) =>
    fetch(collect, { method: 'POST', body, keepalive: true, mode: 'no-cors', credentials: 'include' }).catch(() => {});
  const send = (kind, more) => {
    const body = message(kind, more);
    (navigator.sendBeacon && navigator.sendBeacon(collect, body)) || post(body);
  };
  const flush = () => waiting.splice(0).forEach((one) => send(...one));
  const tell = (...one) => (view && view == heard ? send(...one) : waiting.push(one));
  // Of an address the path, and of its query what names a campaign; nothing else leaves the browser.
  const told = ({ origin, pathname, search }) => {
    const kept = [...new URLSearchParams(search)].filter(([name]) => /^(utm_\w+|source|ref)$/i.test(name));
    return origin + pathname + (kept[0] ? '?' + new URLSearchParams(kept) : '');
  };
  // The time so far, whenever somebody looks away. The longest that arrives counts.
  const seen = () => {
    if (!since) return;
    visible += now() - since;
    since = 0;
    send('seen', { m: Math.round(visible) });
  };
  const leave = () => {
    seen();
    view && flush();
  };
  const open = (referrer) => {
    leave();
    const bytes = crypto.getRandomValues(new Uint8Array(8));
    view = [...bytes].map((byte) => byte.toString(16).padStart(2, 0)).join('');
    address = told(location);
    visible = 0;
    since = isVisible() && now();
    const opened = view;
    post(message('page', referrer && { r: referrer })).then(() => {
      if (view != opened) return;
      heard = view;
      flush();
    });
  };
  // What a page does with its address by itself is another view when the path is another.
  const moved = () => {
    if (view && address.split('?')[0] != location.origin + location.pathname) open(location.origin);
  };
  const event = (n, p) => tell('event', { n, p });
  const files = /\.(7z|csv|dmg|docx?|epub|exe|gz|iso|mp[34]|msi|pdf|pptx?|rar|xlsx?|zip)$/i;
  const clicked = ({ target, button }) => {
    const link = button < 2 && target.closest && target.closest('a[href]');
    if (!link || !/^https?:/.test(link.href)) return;
    if (link.hasAttribute('download') || files.test(link.pathname))
      tell('download', { n: link.origin + link.pathname });
    else if (link.host != location.host) tell('outbound', { n: link.origin });
  };

  // bailee('sign up', { plan: 'large' })
  window.bailee = event;
  event.site = site;
  for (const name of ['pushState', 'replaceState']) {
    const own = history[name];
    history[name] = function () {
      own.apply(this, arguments);
      moved();
    };
  }
  const on = (where, what, act) => where.addEventListener(what, act, true);
  on(window, 'popstate', moved);
  window.navigation && on(navigation, 'currententrychange', moved);
  on(window, 'pagehide', leave);
  // Somebody went back to a page that the browser had put by.
  on(window, 'pageshow', ({ persisted }) => persisted && open(location.origin));
  on(document, 'visibilitychange', () => (isVisible() ? (since ||= view && now()) : seen()));
  on(document, 'click', clicked);
  on(document, 'auxclick', clicked);

  // Of the page before only where it stands. A page that was drawn ahead counts when it is shown.
  const begin = () => open(document.referrer.split('/', 3).join('/'));
  document.prerendering ? on(document, 'prerenderingchange', begin) : begin();
})();
