// What was typed into a search box before the scripts were here is searched as well.
const box = document.querySelector("form[role=search] [type=search]");
if (box && box.value !== box.defaultValue) addEventListener("load", () => box.form.requestSubmit());
