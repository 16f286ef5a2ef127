// SPDX-License-Identifier: Apache-2.0
export const why = {
  "page.why": "Why is the hub not there?",
  "why.link": "Find out why",
  "why.looking": "Looking for the hub. This takes a few seconds…",
  "why.again": "Look again",
  "why.back": "Back to work",
  "why.there": "Open it there",
  "why.likely": "That is most likely.",
  "why.unsure": "It cannot be told from here. Look at these, one after the other:",
  "why.hub-name": "The hub is called “{name}”.",
  "why.fine": "The hub answers. All is well.",
  "why.fine.do": "Go back to your page; it connects by itself.",
  "why.relayed": "All is well; the devices do not reach each other directly.",
  "why.relayed.do":
    "This Wi‑Fi keeps its devices apart, so the hub passes everything on. Nothing needs to be done. It is a little faster where that setting of the Wi‑Fi is off.",
  "why.no-network": "This device is not in any network.",
  "why.no-network.do":
    "Turn Wi‑Fi on, turn airplane mode off, and choose the Wi‑Fi of the house.",
  "why.mobile-data": "This device is on mobile data, not on the Wi‑Fi of the house.",
  "why.mobile-data.do": "Turn Wi‑Fi on and choose the Wi‑Fi of the house.",
  "why.other-network": "This device is in another network than the hub.",
  "why.other-network.do":
    "Choose the Wi‑Fi that the front desk uses, not the one for guests or another floor’s.",
  "why.moved": "The hub has another address now.",
  "why.moved.do": "Open it there. If it asks you to pair, scan the code at the front desk.",
  "why.names": "The hub is there, but this device does not find it by its name.",
  "why.names.do": "Open it by its number. If it asks you to pair, scan the code at the front desk.",
  "why.permission": "The browser does not let this page look into the local network.",
  "why.permission.do":
    "Tap the symbol beside the address of this page, allow “Local network”, and look again.",
  "why.vpn": "A VPN or a private relay leads this device out of the house.",
  "why.vpn.do":
    "Turn off VPN, Private Relay and the browser’s own proxy while you work, and stay on the Wi‑Fi of the house.",
  "why.firewall": "The computer at the front desk lets no other device in.",
  "why.firewall.do":
    "Tell the front desk: on the hub’s computer, allow Bellhop in the firewall. “bellhop doctor” there says how.",
  "why.isolation": "This Wi‑Fi keeps its devices apart from the hub.",
  "why.isolation.do":
    "Choose the Wi‑Fi that the front desk uses. If this is the one, tell the front desk: “client isolation” or “guest network” has to be off in the Wi‑Fi box.",
  "why.hub-off": "The hub is not running.",
  "why.hub-off.do":
    "Look at the computer at the front desk: turn it on, wake it up, and start Bellhop there.",
  "why.details": "What was looked at",
  "why.answer.answered": "answers",
  "why.answer.refused": "says no at once",
  "why.answer.nobody": "nobody is there",
  "why.answer.silent": "says nothing",
  "why.answer.untried": "was not asked",
  "why.cloud": "The internet’s view",
  "why.cloud.unknown": "not known",
  "why.cloud.online": "the hub is running",
  "why.cloud.offline": "the hub is not to be seen",
};
