// Guess the time zone from the browser, as long as nobody has chosen one.
document.addEventListener("DOMContentLoaded", () => {
  const select = document.getElementById("id_business-time_zone");
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const is_there = select && [...select.options].some((option) => option.value === zone);
  if (is_there && select.value === "UTC") select.value = zone;
});
