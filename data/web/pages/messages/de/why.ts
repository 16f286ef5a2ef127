// SPDX-License-Identifier: Apache-2.0
import type { why as en } from "../en/why";

export const why: Record<keyof typeof en, string> = {
  "page.why": "Warum ist die Zentrale nicht da?",
  "why.link": "Herausfinden, warum",
  "why.looking": "Die Zentrale wird gesucht. Das dauert ein paar Sekunden …",
  "why.again": "Noch einmal suchen",
  "why.back": "Zurück zur Arbeit",
  "why.there": "Dort öffnen",
  "why.likely": "Das ist am wahrscheinlichsten.",
  "why.unsure": "Von hier aus lässt es sich nicht sagen. Sehen Sie nacheinander nach:",
  "why.hub-name": "Die Zentrale heißt „{name}“.",
  "why.fine": "Die Zentrale antwortet. Alles ist gut.",
  "why.fine.do": "Gehen Sie zurück zu Ihrer Seite; sie verbindet sich von selbst.",
  "why.relayed": "Alles ist gut; die Geräte erreichen einander nicht direkt.",
  "why.relayed.do":
    "Dieses WLAN hält seine Geräte auseinander, darum reicht die Zentrale alles weiter. Es ist nichts zu tun. Etwas schneller geht es, wo das WLAN anders eingestellt ist.",
  "why.no-network": "Dieses Gerät ist in keinem Netz.",
  "why.no-network.do":
    "Schalten Sie WLAN ein und den Flugmodus aus, und wählen Sie das WLAN des Hauses.",
  "why.mobile-data": "Dieses Gerät ist im Mobilfunk, nicht im WLAN des Hauses.",
  "why.mobile-data.do": "Schalten Sie WLAN ein und wählen Sie das WLAN des Hauses.",
  "why.other-network": "Dieses Gerät ist in einem anderen Netz als die Zentrale.",
  "why.other-network.do":
    "Wählen Sie das WLAN, das der Empfang benutzt, nicht das für Gäste oder das eines anderen Stockwerks.",
  "why.moved": "Die Zentrale hat jetzt eine andere Adresse.",
  "why.moved.do":
    "Öffnen Sie sie dort. Fragt sie nach dem Koppeln, scannen Sie den Code am Empfang.",
  "why.names": "Die Zentrale ist da, aber dieses Gerät findet sie nicht unter ihrem Namen.",
  "why.names.do":
    "Öffnen Sie sie unter ihrer Nummer. Fragt sie nach dem Koppeln, scannen Sie den Code am Empfang.",
  "why.permission": "Der Browser lässt diese Seite nicht ins lokale Netz schauen.",
  "why.permission.do":
    "Tippen Sie auf das Zeichen neben der Adresse dieser Seite, erlauben Sie „Lokales Netzwerk“, und suchen Sie noch einmal.",
  "why.vpn": "Ein VPN oder Private Relay führt dieses Gerät aus dem Haus.",
  "why.vpn.do":
    "Schalten Sie VPN, Private Relay und den Proxy des Browsers bei der Arbeit aus, und bleiben Sie im WLAN des Hauses.",
  "why.firewall": "Der Computer am Empfang lässt kein anderes Gerät herein.",
  "why.firewall.do":
    "Sagen Sie dem Empfang: Am Computer der Zentrale muss Bellhop in der Firewall erlaubt werden. „bellhop doctor“ sagt dort, wie.",
  "why.isolation": "Dieses WLAN hält seine Geräte von der Zentrale fern.",
  "why.isolation.do":
    "Wählen Sie das WLAN, das der Empfang benutzt. Ist es dieses, sagen Sie dem Empfang: Im WLAN-Gerät muss „Client-Isolation“ oder „Gastnetz“ aus sein.",
  "why.hub-off": "Die Zentrale läuft nicht.",
  "why.hub-off.do":
    "Sehen Sie nach dem Computer am Empfang: einschalten, aufwecken, und Bellhop dort starten.",
  "why.details": "Was angesehen wurde",
  "why.answer.answered": "antwortet",
  "why.answer.refused": "sagt sofort nein",
  "why.answer.nobody": "niemand ist dort",
  "why.answer.silent": "sagt nichts",
  "why.answer.untried": "wurde nicht gefragt",
  "why.cloud": "Vom Internet aus gesehen",
  "why.cloud.unknown": "nicht bekannt",
  "why.cloud.online": "die Zentrale läuft",
  "why.cloud.offline": "die Zentrale ist nicht zu sehen",
};
