/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhServiceBrowser: which services of some types the network has now, by DNS-SD (RFC 6763). An
 * interface over what the system has, as BhAdvertiser is; on Windows DnsServiceBrowse() and
 * DnsServiceResolve(). One look, with an end: nothing is watched afterwards. Runs on the main
 * context; never blocks.
 */
#pragma once

#include <gio/gio.h>

#define BH_TYPE_SERVICE_BROWSER (bh_service_browser_get_type())
G_DECLARE_INTERFACE(BhServiceBrowser, bh_service_browser, BH, SERVICE_BROWSER, GObject)

/* Most that one look gives; whoever tells the network more than that is not a printer. */
#define BH_SERVICE_BROWSER_MAX 128

/* Most types of one look. */
#define BH_SERVICE_BROWSER_MAX_TYPES 8

/* All of it is what others say about themselves: valid UTF-8, and no more than that. */
typedef struct {
  char *name;    /* as people read it */
  char *type;    /* as it was asked for */
  char *host;    /* "printer.local" */
  char *address; /* IPv4, in figures */
  guint16 port;  /* 0: the protocol is not offered there, the name is merely kept (RFC 6763 8) */
} BhFoundService;

void bh_found_service_free(BhFoundService *service);

struct _BhServiceBrowserInterface {
  GTypeInterface parent;

  void (*browse_async)(BhServiceBrowser *self, const char *const *types, guint timeout_ms,
                       GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
  GPtrArray *(*browse_finish)(BhServiceBrowser *self, GAsyncResult *result, GError **error);
};

/**
 * bh_service_browser_browse_async:
 * @types: "_ipp._tcp"..., at most BH_SERVICE_BROWSER_MAX_TYPES
 * @timeout_ms: what was found until then is the answer
 *
 * Errors: G_IO_ERROR: NOT_INITIALIZED: the system's service is away; BUSY: one look at a time;
 * CANCELLED.
 */
void bh_service_browser_browse_async(BhServiceBrowser *self, const char *const *types,
                                     guint timeout_ms, GCancellable *cancellable,
                                     GAsyncReadyCallback callback, gpointer user_data);

/** bh_service_browser_browse_finish: Returns: (transfer full) (nullable) (element-type
 * BhFoundService): each name of a type once; %NULL exactly when @error is set */
GPtrArray *bh_service_browser_browse_finish(BhServiceBrowser *self, GAsyncResult *result,
                                            GError **error);
