// SPDX-License-Identifier: Apache-2.0
import type { why as en } from "../en/why";

export const why: Record<keyof typeof en, string> = {
  "page.why": "¿Por qué no está la central?",
  "why.link": "Averiguar por qué",
  "why.looking": "Buscando la central. Tarda unos segundos…",
  "why.again": "Buscar otra vez",
  "why.back": "Volver al trabajo",
  "why.there": "Abrirla allí",
  "why.likely": "Es lo más probable.",
  "why.unsure": "Desde aquí no se puede saber. Compruebe esto, una cosa tras otra:",
  "why.hub-name": "La central se llama «{name}».",
  "why.fine": "La central responde. Todo va bien.",
  "why.fine.do": "Vuelva a su página; se conecta sola.",
  "why.relayed": "Todo va bien; los dispositivos no se alcanzan directamente.",
  "why.relayed.do":
    "Esta wifi separa sus dispositivos, así que la central lo transmite todo. No hay que hacer nada. Va algo más rápido donde ese ajuste de la wifi está desactivado.",
  "why.no-network": "Este dispositivo no está en ninguna red.",
  "why.no-network.do":
    "Active la wifi, desactive el modo avión y elija la wifi de la casa.",
  "why.mobile-data": "Este dispositivo usa datos móviles, no la wifi de la casa.",
  "why.mobile-data.do": "Active la wifi y elija la wifi de la casa.",
  "why.other-network": "Este dispositivo está en otra red que la central.",
  "why.other-network.do":
    "Elija la wifi que usa la recepción, no la de los clientes ni la de otra planta.",
  "why.moved": "La central tiene ahora otra dirección.",
  "why.moved.do": "Ábrala allí. Si pide vincularse, escanee el código en la recepción.",
  "why.names": "La central está, pero este dispositivo no la encuentra por su nombre.",
  "why.names.do":
    "Ábrala por su número. Si pide vincularse, escanee el código en la recepción.",
  "why.permission": "El navegador no deja que esta página mire en la red local.",
  "why.permission.do":
    "Toque el símbolo junto a la dirección de esta página, permita «Red local» y busque otra vez.",
  "why.vpn": "Una VPN o un relé privado lleva este dispositivo fuera de la casa.",
  "why.vpn.do":
    "Desactive la VPN, el relé privado y el proxy del navegador mientras trabaja, y quédese en la wifi de la casa.",
  "why.firewall": "El ordenador de la recepción no deja entrar a ningún otro dispositivo.",
  "why.firewall.do":
    "Diga a la recepción: en el ordenador de la central hay que permitir Bellhop en el cortafuegos. «bellhop doctor» dice allí cómo.",
  "why.isolation": "Esta wifi mantiene sus dispositivos lejos de la central.",
  "why.isolation.do":
    "Elija la wifi que usa la recepción. Si es esta, diga a la recepción: en el aparato de la wifi hay que desactivar «aislamiento de clientes» o «red de invitados».",
  "why.hub-off": "La central no está en marcha.",
  "why.hub-off.do":
    "Mire el ordenador de la recepción: enciéndalo, despiértelo e inicie Bellhop allí.",
  "why.details": "Lo que se ha mirado",
  "why.answer.answered": "responde",
  "why.answer.refused": "dice que no al momento",
  "why.answer.nobody": "no hay nadie",
  "why.answer.silent": "no dice nada",
  "why.answer.untried": "no se ha preguntado",
  "why.cloud": "Visto desde internet",
  "why.cloud.unknown": "no se sabe",
  "why.cloud.online": "la central está en marcha",
  "why.cloud.offline": "la central no se ve",
};
