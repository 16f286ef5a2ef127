// SPDX-License-Identifier: Apache-2.0
import type { why as en } from "../en/why";

export const why: Record<keyof typeof en, string> = {
  "page.why": "Pourquoi la centrale n’est-elle pas là ?",
  "why.link": "Savoir pourquoi",
  "why.looking": "Recherche de la centrale. Cela prend quelques secondes…",
  "why.again": "Chercher encore",
  "why.back": "Retour au travail",
  "why.there": "L’ouvrir là-bas",
  "why.likely": "C’est le plus probable.",
  "why.unsure": "On ne peut pas le dire d’ici. Vérifiez ceci, dans l’ordre :",
  "why.hub-name": "La centrale s’appelle « {name} ».",
  "why.fine": "La centrale répond. Tout va bien.",
  "why.fine.do": "Revenez à votre page ; elle se connecte toute seule.",
  "why.relayed": "Tout va bien ; les appareils ne se joignent pas directement.",
  "why.relayed.do":
    "Ce Wi‑Fi sépare ses appareils, alors la centrale transmet tout. Il n’y a rien à faire. C’est un peu plus rapide là où ce réglage du Wi‑Fi est désactivé.",
  "why.no-network": "Cet appareil n’est dans aucun réseau.",
  "why.no-network.do":
    "Activez le Wi‑Fi, désactivez le mode avion, et choisissez le Wi‑Fi de l’établissement.",
  "why.mobile-data": "Cet appareil utilise le réseau mobile, pas le Wi‑Fi de l’établissement.",
  "why.mobile-data.do": "Activez le Wi‑Fi et choisissez le Wi‑Fi de l’établissement.",
  "why.other-network": "Cet appareil est dans un autre réseau que la centrale.",
  "why.other-network.do":
    "Choisissez le Wi‑Fi que la réception utilise, pas celui des clients ni celui d’un autre étage.",
  "why.moved": "La centrale a maintenant une autre adresse.",
  "why.moved.do":
    "Ouvrez-la là-bas. Si elle demande une association, scannez le code à la réception.",
  "why.names": "La centrale est là, mais cet appareil ne la trouve pas par son nom.",
  "why.names.do":
    "Ouvrez-la par son numéro. Si elle demande une association, scannez le code à la réception.",
  "why.permission": "Le navigateur ne laisse pas cette page regarder dans le réseau local.",
  "why.permission.do":
    "Touchez le symbole à côté de l’adresse de cette page, autorisez « Réseau local », et cherchez encore.",
  "why.vpn": "Un VPN ou un relais privé mène cet appareil hors de l’établissement.",
  "why.vpn.do":
    "Désactivez le VPN, le relais privé et le proxy du navigateur pendant le travail, et restez sur le Wi‑Fi de l’établissement.",
  "why.firewall": "L’ordinateur de la réception ne laisse entrer aucun autre appareil.",
  "why.firewall.do":
    "Dites à la réception : sur l’ordinateur de la centrale, il faut autoriser Bellhop dans le pare-feu. « bellhop doctor » y dit comment.",
  "why.isolation": "Ce Wi‑Fi tient ses appareils à l’écart de la centrale.",
  "why.isolation.do":
    "Choisissez le Wi‑Fi que la réception utilise. Si c’est celui-ci, dites à la réception : il faut désactiver « isolation des clients » ou « réseau invité » dans la box Wi‑Fi.",
  "why.hub-off": "La centrale ne fonctionne pas.",
  "why.hub-off.do":
    "Regardez l’ordinateur de la réception : allumez-le, réveillez-le, et démarrez Bellhop.",
  "why.details": "Ce qui a été regardé",
  "why.answer.answered": "répond",
  "why.answer.refused": "dit non tout de suite",
  "why.answer.nobody": "personne n’est là",
  "why.answer.silent": "ne dit rien",
  "why.answer.untried": "n’a pas été demandé",
  "why.cloud": "Vu d’internet",
  "why.cloud.unknown": "inconnu",
  "why.cloud.online": "la centrale fonctionne",
  "why.cloud.offline": "la centrale n’est pas visible",
};
