/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhHubLog: the property's log in this hub, assembled: the replica with its storage, those who
 * speak with members about it, the mirror of the books, the API.
 *
 * Loaded before the doors open, closed before the store is. A plain struct, owned by the hub.
 */
#pragma once

#include "log-counts.h"
#include "property.h"
#include "router.h"
#include "store.h"

/* Of hub-state.h and api.h. */
typedef struct _BhHubState BhHubState;
typedef struct _BhApi BhApi;
typedef struct _BhHubLog BhHubLog;
typedef struct _BhSignKey BhSignKey;

/** bh_hub_log_new: @store, @key: referenced. Nothing is read yet. */
BhHubLog *bh_hub_log_new(BhStore *store, BhSignKey *key, const char *tenant_id, const char *hub_id);

/** bh_hub_log_load_async: @source: whose task it is; the log must live until it completes. */
void bh_hub_log_load_async(BhHubLog *log, GObject *source, GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean bh_hub_log_load_finish(BhHubLog *log, GAsyncResult *result, GError **error);

/**
 * bh_hub_log_serve: adds its messages to @router and its routes to @api, and writes what the books
 * say.
 *
 * @state: filled, but for the log itself; outlives it
 */
void bh_hub_log_serve(BhHubLog *log, BhRouter *router, BhApi *api, BhHubState *state);

BhProperty *bh_hub_log_get_property(BhHubLog *log);

/** bh_hub_log_wake: the computer slept; once it is served. */
void bh_hub_log_wake(BhHubLog *log);

/** bh_hub_log_describe: Returns: (transfer full): for the status: {operations, bytes, localShare,
 * replicas, followers, missing, logs, stored, aside, conflicts, records, waiting} */
json_t *bh_hub_log_describe(BhHubLog *log);

/** bh_hub_log_close: takes nothing more, hands what is pending and a checkpoint to the store, which
 * is closed next. May be called twice. */
void bh_hub_log_close(BhHubLog *log);
void bh_hub_log_free(BhHubLog *log);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhHubLog, bh_hub_log_free)
