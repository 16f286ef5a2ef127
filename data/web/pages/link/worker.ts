// SPDX-License-Identifier: Apache-2.0
// Puts the service worker in place, where the browser allows one: on the secure address. A page works
// without it; what it adds is that pages open while the hub is away.

export function registerWorker(): void {
  if (!isSecureContext || !("serviceWorker" in navigator)) return;
  const register = () => {
    // `none`: the browser asks for the worker itself each time, and so learns of a new version.
    navigator.serviceWorker
      .register("/sw.js", { scope: "/", updateViaCache: "none" })
      // Denied by the browser, or a secure address that is not trusted yet.
      .catch(() => undefined);
  };
  // The page first: its own files come before those for later.
  if (document.readyState === "complete") register();
  else addEventListener("load", register, { once: true });
}
