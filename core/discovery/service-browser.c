/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "service-browser.h"

G_DEFINE_INTERFACE(BhServiceBrowser, bh_service_browser, G_TYPE_OBJECT)

static void
bh_service_browser_default_init(BhServiceBrowserInterface *iface)
{
}

void
bh_found_service_free(BhFoundService *service)
{
  g_free(service->name);
  g_free(service->type);
  g_free(service->host);
  g_free(service->address);
  g_free(service);
}

void
bh_service_browser_browse_async(BhServiceBrowser *self, const char *const *types, guint timeout_ms,
                                GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data)
{
  BH_SERVICE_BROWSER_GET_IFACE(self)->browse_async(self, types, timeout_ms, cancellable, callback,
                                                   user_data);
}

GPtrArray *
bh_service_browser_browse_finish(BhServiceBrowser *self, GAsyncResult *result, GError **error)
{
  return BH_SERVICE_BROWSER_GET_IFACE(self)->browse_finish(self, result, error);
}
