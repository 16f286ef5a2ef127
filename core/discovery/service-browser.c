/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-discovery"

#include "service-browser.h"

#include <string.h>

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
  g_strfreev(service->txt);
  g_free(service);
}

const char *
bh_found_service_get_txt(const BhFoundService *service, const char *key)
{
  gsize length = strlen(key);

  for (guint i = 0; service->txt[i] != NULL; i++)
    if (g_ascii_strncasecmp(service->txt[i], key, length) == 0 && service->txt[i][length] == '=')
      return service->txt[i] + length + 1;
  return NULL;
}

gboolean
bh_service_browser_is_available(BhServiceBrowser *self)
{
  return BH_SERVICE_BROWSER_GET_IFACE(self)->is_available(self);
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
