// What was typed or chosen before the scripts were here counts as well: it is asked for once they are.
const isChanged = (field) => {
  if (field.options) return [...field.options].some((one) => one.selected !== one.defaultSelected && (one.defaultSelected || one.index > 0));
  return field.type === "checkbox" ? field.checked !== field.defaultChecked : field.value !== field.defaultValue;
};

document.addEventListener("DOMContentLoaded", () => {
  for (const form of document.querySelectorAll("form[role=search], #asking")) {
    if ([...form.querySelectorAll("input, select, textarea")].some(isChanged)) form.requestSubmit();
  }
});
