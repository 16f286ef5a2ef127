// SPDX-License-Identifier: Apache-2.0
// The desk bell, for what one waits for with the eyes elsewhere. Browsers let a page sound only after
// a tap, so it is made ready by one.

let context: AudioContext | null = null;

export function readyChime(): void {
  try {
    context ??= new AudioContext();
    void context.resume();
  } catch {
    // No sound on this device; what is said on the page is enough.
    context = null;
  }
}

export function chime(): void {
  if (context === null || context.state !== "running") return;
  const start = context.currentTime;
  for (const [frequency, loudness] of [
    [1568, 0.2],
    [3136, 0.08],
  ] as const) {
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
