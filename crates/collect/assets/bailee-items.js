// Shows in each slot of a page the item that is next. Whoever did not agree to be known has it picked here: how often an item was
// shown is kept in this browser and never leaves it.
//   <div data-bailee-slot="top"><p data-bailee-item="spring" hidden>…</p></div>
//   <script defer src="https://…/bailee-items.js" data-site="shop"></script>
(() => {
  const script = document.currentScript || document.querySelector('script[src*="bailee-items"]');
  const site = script.dataset.site;
  const asked = new URL('collect/next-item', script.src).href;
  const place = 'bailee.items';
  // No cap is longer.
  const longest = 31 * 864e5;

  // Where nothing can be kept nothing can be counted, and what has a cap is not shown.
  const read = () => {
    try {
      return JSON.parse(localStorage.getItem(place)) || {};
    } catch {
      return {};
    }
  };
  const keep = (shown) => {
    try {
      localStorage.setItem(place, JSON.stringify(shown));
      return true;
    } catch {
      return false;
    }
  };
  const pick = (candidates) => {
    const now = Date.now();
    const shown = {};
    for (const [id, moments] of Object.entries(read())) {
      const left = Array.isArray(moments) ? moments.filter((at) => at > now - longest && at <= now) : [];
      if (left[0]) shown[id] = left;
    }
    const since = (cap) => now - cap.hours * 36e5;
    const times = ({ id, cap }) => (shown[id] || []).filter((at) => at > since(cap)).length;
    const free = candidates.filter((item) => !item.cap || (times(item) < item.cap.times && keep(shown)));
    let dice = Math.random() * free.reduce((sum, item) => sum + item.weight, 0);
    const item = free.find((one) => (dice -= one.weight) < 0);
    if (item && item.cap) keep({ ...shown, [item.id]: [...(shown[item.id] || []), now] });
    return item;
  };
  const next = (slot) =>
    fetch(asked, { method: 'POST', body: JSON.stringify({ s: site, slot }), credentials: 'include' })
      .then((answer) => answer.json())
      .then(({ item, candidates }) => (candidates ? pick(candidates) : item) || undefined);

  const tell = (name, item) => window.bailee && window.bailee(name, { item });
  const show = (element) =>
    next(element.dataset.baileeSlot).then((item) => {
      for (const one of element.querySelectorAll('[data-bailee-item]'))
        one.hidden = !item || one.dataset.baileeItem != item.id;
      if (!item) return;
      tell('item_shown', item.id);
      element.addEventListener('click', () => tell('item_clicked', item.id));
      element.dispatchEvent(new CustomEvent('bailee:item', { detail: item.id, bubbles: true }));
    }).catch(() => {});

  // baileeNext('top').then((item) => …)
  window.baileeNext = next;
  // One after the other, so that what two slots share is counted.
  const slots = [...document.querySelectorAll('[data-bailee-slot]')];
  slots.reduce((before, element) => before.then(() => show(element)), Promise.resolve());
})();
