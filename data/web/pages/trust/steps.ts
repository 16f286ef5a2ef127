// SPDX-License-Identifier: Apache-2.0
// What to do on which device so that it trusts the hub's authority, and with which file.

import type { MessageKey } from "../messages";
import type { DeviceKind } from "./device-kind";

export interface Steps {
  name: MessageKey;
  file: {
    href: string;
    /** Its name on the device; undefined: the system itself takes it in. */
    download?: string;
    text: MessageKey;
  };
  /** After the file. */
  steps: MessageKey[];
}

const profile = { href: "/trust/bellhop.mobileconfig", text: "trust.file.profile" } as const;
const certificate = {
  href: "/ca.crt",
  download: "bellhop.crt",
  text: "trust.file.certificate",
} as const;

const apple: MessageKey[] = ["trust.apple.1", "trust.apple.2", "trust.apple.3"];

export const stepsOf: Readonly<Record<DeviceKind, Steps>> = {
  ios: { name: "trust.device.ios", file: profile, steps: apple },
  ipados: { name: "trust.device.ipados", file: profile, steps: apple },
  android: {
    name: "trust.device.android",
    file: certificate,
    steps: ["trust.android.1", "trust.android.2", "trust.android.3"],
  },
  windows: {
    name: "trust.device.windows",
    file: certificate,
    steps: ["trust.windows.1", "trust.windows.2", "trust.windows.3"],
  },
  macos: {
    name: "trust.device.macos",
    file: certificate,
    steps: ["trust.macos.1", "trust.macos.2", "trust.macos.3"],
  },
  linux: {
    name: "trust.device.linux",
    file: { href: "/ca.pem", download: "bellhop.pem", text: "trust.file.certificate" },
    steps: ["trust.linux.1", "trust.linux.2"],
  },
};
