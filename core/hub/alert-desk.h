/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhAlertDesk: what needs somebody at the front desk and is not over by itself: durable, so that a
 * restart forgets none, BH_ALERT_DESK_MAX of them; the oldest `ticket-unseen` makes room, where
 * there is none the oldest.
 *
 * An alert is known by its kind and a key of that kind: raised again it is the same one, with what
 * is known of it now. It ends when whoever raised it takes it back, or a person puts it away. That
 * it was raised is in the history, once.
 *
 * Main context only. Signal `changed` (): the list is another, and on the disk where that works: a
 * full disk loses no alert that can still be shown.
 */
#pragma once

#include <gio/gio.h>

#include "audit-log.h"

#define BH_TYPE_ALERT_DESK (bh_alert_desk_get_type())
G_DECLARE_FINAL_TYPE(BhAlertDesk, bh_alert_desk, BH, ALERT_DESK, GObject)

#define BH_ALERT_DESK_MAX 100

/* Kinds, with what their subjects say. */
#define BH_ALERT_TICKET_UNSEEN                                                                     \
  "ticket-unseen" /* orderId, number, placeId, station, printed, lost, jobId */
#define BH_ALERT_AFTER_OUTAGE  "tickets-after-outage" /* count, orderIds */
#define BH_ALERT_SCREEN_SILENT "screen-silent"        /* deviceId, deviceName, stations */

/* The tables of this desk, for bh_store_open(). */
extern const BhStoreMigration bh_alert_desk_migrations[];
extern const guint bh_alert_desk_n_migrations;

/** bh_alert_desk_new: references both; reads nothing yet. */
BhAlertDesk *bh_alert_desk_new(BhStore *store, BhAuditLog *audit);

/** bh_alert_desk_load_async: once, before anything else. */
void bh_alert_desk_load_async(BhAlertDesk *desk, GAsyncReadyCallback callback, gpointer user_data);
gboolean bh_alert_desk_load_finish(BhAlertDesk *desk, GAsyncResult *result, GError **error);

/**
 * bh_alert_desk_raise:
 * @kind: static
 * @subject: (transfer full): an object
 * @name: (nullable): whom or what it concerns, for the history
 */
void bh_alert_desk_raise(BhAlertDesk *desk, const char *kind, const char *key, json_t *subject,
                         const char *name);

/** bh_alert_desk_find: Returns: (transfer none) (nullable): the subject of an open one */
const json_t *bh_alert_desk_find(BhAlertDesk *desk, const char *kind, const char *key);

/** bh_alert_desk_set: sets @member of the subject of an open one. @value: (transfer full) */
void bh_alert_desk_set(BhAlertDesk *desk, const char *kind, const char *key, const char *member,
                       json_t *value);

/** bh_alert_desk_clear: it is over; nothing where there is none. */
void bh_alert_desk_clear(BhAlertDesk *desk, const char *kind, const char *key);

/** BhAlertFilter: Returns: whether the alert of this subject is meant */
typedef gboolean (*BhAlertFilter)(const json_t *subject, gpointer user_data);

/** bh_alert_desk_clear_where: those of @kind that @filter lets pass are over. */
void bh_alert_desk_clear_where(BhAlertDesk *desk, const char *kind, BhAlertFilter filter,
                               gpointer user_data);

/**
 * bh_alert_desk_dismiss_async: a person puts it away; one that is not there (any more) is as good.
 */
void bh_alert_desk_dismiss_async(BhAlertDesk *desk, const char *alert_id,
                                 GAsyncReadyCallback callback, gpointer user_data);

/**
 * bh_alert_desk_dismiss_finish:
 * @kind: (out) (transfer none) (nullable): %NULL: there was none
 *
 * Returns: %FALSE exactly when @error is set: it is there still
 */
gboolean bh_alert_desk_dismiss_finish(BhAlertDesk *desk, GAsyncResult *result, const char **kind,
                                      GError **error);

/** bh_alert_desk_describe: Returns: (transfer full): array of {alertId, kind, atMs, subject},
 * newest first */
json_t *bh_alert_desk_describe(BhAlertDesk *desk);

guint bh_alert_desk_get_count(BhAlertDesk *desk);
