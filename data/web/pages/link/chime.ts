// SPDX-License-Identifier: Apache-2.0
// The desk bell, for what one waits for with the eyes elsewhere. Browsers let a page sound only after
// a tap, so it is made ready by one.

let context: AudioContext | null = null;
const listeners = new Set<() => void>();

function tellAll(): void {
  for (const listener of [...listeners]) listener();
}

export function readyChime(): void {
  try {
    if (context === null) {
      context = new AudioContext();
      // A phone call, or a sleep, may take it away again.
      context.addEventListener("statechange", tellAll);
    }
    // During a call it may be refused; the next tap asks again.
    context.resume().catch(() => undefined);
  } catch {
    // No sound on this device; what is said on the page is enough.
    context = null;
  }
}

export function isChimeReady(): boolean {
  return context?.state === "running";
}

/** @param listener is called when it became ready, or is no longer */
export function onChimeReady(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

/**
 * Each touch readies it until it is ready, and again once it was taken away. A finger that comes down is
 * no tap yet: to a browser it is one when it has gone up.
 *
 * @returns ends it
 */
export function keepChimeReady(): () => void {
  const ready = () => {
    if (!isChimeReady()) readyChime();
  };
  addEventListener("pointerup", ready);
  addEventListener("keydown", ready);
  return () => {
    removeEventListener("pointerup", ready);
    removeEventListener("keydown", ready);
  };
}

/** @param strikes one to be heard at arm's length; more and louder for a loud room */
export function chime(strikes = 1): void {
  for (let strike = 0; strike < strikes; strike += 1) ring(strike * 0.35, strikes > 1 ? 3 : 1);
}

function ring(delay: number, gainFactor: number): void {
  if (context === null || context.state !== "running") return;
  const start = context.currentTime + delay;
  for (const [frequency, softest] of [
    [1568, 0.2],
    [3136, 0.08],
  ] as const) {
    const loudness = softest * gainFactor;
    const tone = context.createOscillator();
    const gain = context.createGain();
    tone.frequency.value = frequency;
    gain.gain.setValueAtTime(loudness, start);
    gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.9);
    tone.connect(gain).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.9);
  }
}
