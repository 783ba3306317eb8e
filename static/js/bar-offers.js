// The commands that the bar offers: what is possible on this page now, what was used last first.
const { commands } = window;
const list = document.getElementById("bar-list");
const ORDER = ["session", "write", "list", "go", "desk"];
const MOST = 8;
const KEPT = 6;

const recent = () => JSON.parse(localStorage.getItem("commands") ?? "[]");

// The lower, the better; -1 is not found.
function rank(command, asked) {
  const label = command.label.toLowerCase();
  const all = `${label} ${command.words?.toLowerCase() ?? ""}`;
  if (!asked.every((word) => all.includes(word))) return -1;
  const at = [label.startsWith(asked[0]), ` ${label}`.includes(` ${asked[0]}`), ` ${all}`.includes(` ${asked[0]}`)].indexOf(true);
  return at < 0 ? 3 : at;
}

function groups(asked) {
  const there = commands.list.filter(({ name, offered }) => offered && commands.isPossible(name));
  const used = recent().map((name) => there.find((one) => one.name === name)).filter(Boolean);
  if (!asked.length) {
    const rest = there.filter((one) => !used.includes(one));
    return [[list.dataset.recent, used], ...ORDER.map((group) => [commands.groups[group], rest.filter((one) => one.group === group)])];
  }
  const place = (one) => rank(one, asked) - (used.includes(one) ? 0.5 : 0);
  return [[list.dataset.commands, there.filter((one) => rank(one, asked) >= 0).sort((a, b) => place(a) - place(b)).slice(0, MOST)]];
}

const drawn = (id) => document.getElementById(id).content.firstElementChild.cloneNode(true);

function option(command) {
  const one = Object.assign(drawn("bar-option"), { id: `bar-do-${command.name}` });
  one.dataset.command = command.name;
  one.firstElementChild.textContent = command.label;
  one.append(...(command.keys ?? []).map((key) => Object.assign(document.createElement("kbd"), { className: "key", textContent: commands.spell(key) })));
  return one;
}

commands.offers = (asked) => groups(asked).filter(([, some]) => some.length).map(([title, some]) => {
  const group = drawn("bar-group");
  group.ariaLabel = group.firstElementChild.textContent = title;
  group.append(...some.map(option));
  return group;
});
commands.remember = (name) => localStorage.setItem("commands", JSON.stringify([name, ...recent().filter((one) => one !== name)].slice(0, KEPT)));
