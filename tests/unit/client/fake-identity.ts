// SPDX-License-Identifier: Apache-2.0
// A paired device as it is stored; nobody signed anything of it.

import { newSeed, type DeviceIdentity } from "../../../data/web/client";

export function makeIdentity(deviceId: string, more: Partial<DeviceIdentity> = {}): DeviceIdentity {
  return {
    ...newSeed(),
    tenantId: "default",
    deviceId,
    hubKey: newSeed().publicKey,
    role: "staff",
    name: "Anna's phone",
    membership: { data: "ZGF0YQ", sig: "A".repeat(86) },
    authority: "AAAAAAAAAAAAAAAAAAAAAA",
    hostName: "bellhop-ab12.local",
    hubName: "Adler",
    ...more,
  };
}
