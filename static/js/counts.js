// The numbers at the lists: what is pushed of one account replaces what was known of it.
const told = {}; // account → when
const tabs = () => document.getElementById("tabs");
const keys = (text) => text.split(",").filter(Boolean);

// As sessions/counts.py does it.
function sum(name, all) {
  const me = document.getElementById("live").dataset.me;
  const { mates, accounts } = tabs().dataset;
  let total = 0;
  for (const [account, of] of Object.entries(all)) {
    if (name === "mine" || name === "mentioned") total += of[name][me] ?? 0;
    else if (name !== "team") total += of[name];
    else if (keys(accounts).includes(account)) total += of.awake;
    else for (const mate of keys(mates)) total += of.mine[mate] ?? 0;
  }
  return total;
}

document.addEventListener("desk:facts", ({ detail: facts }) => {
  if (!tabs() || !facts.counts || facts.at < (told[facts.account] ?? 0)) return;
  told[facts.account] = facts.at;
  const all = { ...JSON.parse(tabs().dataset.counts), [facts.account]: facts.counts };
  tabs().dataset.counts = JSON.stringify(all);
  for (const badge of tabs().querySelectorAll("[data-count-of]"))
    badge.textContent = badge.dataset.count = sum(badge.dataset.countOf, all);
});
