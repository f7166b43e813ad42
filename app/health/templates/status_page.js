"use strict";
const EVERY_MILLISECONDS = 1500;
const headline = document.getElementById("headline");
let shownAt = document.getElementById("at").textContent;

function say(text, status) {
  // Spoken by a screen reader, so only when it is another.
  if (headline.textContent !== text) headline.textContent = text;
  headline.dataset.status = status;
}

async function look() {
  const answer = await fetch("/status", { cache: "no-store", signal: AbortSignal.timeout(2000) });
  if (!answer.ok) throw new Error(answer.status);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.querySelector("main").replaceWith(page.querySelector("main"));
  shownAt = document.getElementById("at").textContent;
  const told = page.getElementById("headline");
  say(told.textContent, told.dataset.status);
}

async function keepLooking() {
  if (!document.hidden) {
    try {
      await look();
    } catch {
      say(`No answer. What is shown is of ${shownAt}.`, "lost");
    }
  }
  setTimeout(keepLooking, EVERY_MILLISECONDS);
}

document.addEventListener("visibilitychange", () => document.hidden || look().catch(() => {}));
setTimeout(keepLooking, EVERY_MILLISECONDS);
