// SPDX-License-Identifier: Apache-2.0
// Which system this browser runs on, as far as the way to trust an authority differs between them.

export const deviceKinds = ["ios", "ipados", "android", "windows", "macos", "linux"] as const;
export type DeviceKind = (typeof deviceKinds)[number];

/** What is used of `navigator`. */
export interface BrowserFacts {
  userAgent: string;
  maxTouchPoints?: number;
  userAgentData?: { platform?: string };
}

const platforms: Readonly<Record<string, DeviceKind>> = {
  android: "android",
  windows: "windows",
  macos: "macos",
  linux: "linux",
  "chrome os": "linux",
  "chromium os": "linux",
};

/** null: none that there are steps for. */
export function findDeviceKind(facts: BrowserFacts): DeviceKind | null {
  const platform = (facts.userAgentData?.platform ?? "").toLowerCase();
  if (Object.prototype.hasOwnProperty.call(platforms, platform)) return platforms[platform] ?? null;
  const agent = facts.userAgent;
  if (/iPhone|iPod/.test(agent)) return "ios";
  if (/iPad/.test(agent)) return "ipados";
  // An iPad asks for desktop pages and calls itself a Mac; no Mac has a touch screen.
  if (/Macintosh/.test(agent)) return (facts.maxTouchPoints ?? 0) > 1 ? "ipados" : "macos";
  if (/Android/.test(agent)) return "android";
  if (/Windows/.test(agent)) return "windows";
  return /Linux|X11|CrOS/.test(agent) ? "linux" : null;
}
