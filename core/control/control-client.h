/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhControlClient: calls to the hub that runs on a state folder, over its Unix-domain socket there.
 *
 * Who may open the socket is the manager; nothing else proves it. Runs on the main context that was
 * the thread's default when it was made. Each call is one HTTP exchange; nothing is repeated.
 */
#pragma once

#include <gio/gio.h>

#include "json-text.h"

/* The socket's name in the state folder. */
#define BH_CONTROL_SOCKET_NAME "control.sock"

/* How long a call may take; a hub that works answers within milliseconds. */
#define BH_CONTROL_TIMEOUT_MS 10000

#define BH_TYPE_CONTROL_CLIENT (bh_control_client_get_type())
G_DECLARE_FINAL_TYPE(BhControlClient, bh_control_client, BH, CONTROL_CLIENT, GObject)

#define BH_CONTROL_ERROR (bh_control_error_quark())

/* The messages are for a person, whole sentences. */
typedef enum {
  BH_CONTROL_ERROR_NO_HUB,  /* nobody serves the socket: start the hub */
  BH_CONTROL_ERROR_DENIED,  /* the socket is another user's */
  BH_CONTROL_ERROR_SILENT,  /* no answer in time */
  BH_CONTROL_ERROR_REFUSED, /* the hub says no; see bh_control_error_get_code() */
  BH_CONTROL_ERROR_GARBLED, /* the answer makes no sense: perhaps another version */
  BH_CONTROL_ERROR_FAILED,  /* anything else that the system says */
} BhControlError;

GQuark bh_control_error_quark(void);

/**
 * bh_control_error_get_code:
 * @error: of BH_CONTROL_ERROR
 *
 * Returns: (transfer none): the `code` of the hub's problem+json, such as "last-manager"; "" where
 *   it gave none, and for every error but BH_CONTROL_ERROR_REFUSED
 */
const char *bh_control_error_get_code(const GError *error);

/** bh_control_client_new: connects to nothing yet. */
BhControlClient *bh_control_client_new(const char *state_folder);

/** bh_control_client_set_timeout_ms: for the calls from now on. */
void bh_control_client_set_timeout_ms(BhControlClient *client, guint timeout_ms);

/**
 * bh_control_client_call_async:
 * @method: "GET" or "POST"
 * @path: "/api/v1/devices", with its query
 * @body: (nullable): sent as JSON
 *
 * @client lives until the call is over.
 */
void bh_control_client_call_async(BhControlClient *client, const char *method, const char *path,
                                  const json_t *body, GCancellable *cancellable,
                                  GAsyncReadyCallback callback, gpointer user_data);

/**
 * bh_control_client_call_finish:
 *
 * Returns: (transfer full) (nullable): the body of a 2xx, an object or an array; an empty object
 *   where there was none.
 *   %NULL exactly when @error is set: BH_CONTROL_ERROR, or G_IO_ERROR_CANCELLED
 */
json_t *bh_control_client_call_finish(BhControlClient *client, GAsyncResult *result,
                                      GError **error);
