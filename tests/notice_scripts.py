"""What a page is asked or told in the tests of notices."""

NOTICES = """async () => {
  const registration = await navigator.serviceWorker.ready;
  return (await registration.getNotifications()).map((each) => [each.title, each.tag]);
}"""
SILENT = """() => document.addEventListener(
  "desk:say", (event) => event.stopImmediatePropagation(), { capture: true })"""
SIZES = [
    {"width": 1440, "height": 900},
    {"width": 1024, "height": 768},
    {"width": 375, "height": 700},
]
UNDER = """() => {
  const box = (element) => element.getBoundingClientRect();
  const toast = box(document.querySelector(".toast"));
  const places = "#sessions > .row, #writing, .header, .list__head, .tabs, .rail";
  return [...document.querySelectorAll(places)].filter((element) => {
    const { left, right, top, bottom, width } = box(element);
    const end = Math.min(bottom, element.closest(".list__scroll") ? box(element.closest(".list__scroll")).bottom : bottom);
    return width && left < toast.right && right > toast.left && top < toast.bottom && end > toast.top;
  }).map((element) => element.id || element.className);
}"""
