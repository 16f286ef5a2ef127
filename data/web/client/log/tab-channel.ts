// SPDX-License-Identifier: Apache-2.0
// How the tabs of one device tell each other that they stored something. What is said carries nothing
// but positions: who hears it reads the store, so that one who heard nothing misses nothing for good.

import type { StoreNews } from "./log-store";

export interface TabChannel {
  /** To all others of that name. */
  post(news: StoreNews): void;
  listen(listener: (news: StoreNews) => void): void;
  close(): void;
}

/** For a browser that has none, and a program that is alone. */
export const silentChannel: TabChannel = {
  post: () => undefined,
  listen: () => undefined,
  close: () => undefined,
};

/** @param name of the store; pages of one origin share it */
export function openTabChannel(name: string): TabChannel {
  if (typeof BroadcastChannel !== "function") return silentChannel;
  const channel = new BroadcastChannel(name);
  return {
    post: (news) => channel.postMessage(news),
    listen: (listener) => {
      channel.onmessage = ({ data }: MessageEvent<StoreNews>) => listener(data);
    },
    close: () => channel.close(),
  };
}
