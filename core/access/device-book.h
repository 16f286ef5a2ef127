/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhDeviceBook: every device that was ever paired, in memory and in the store.
 *
 * What the book finds is committed; a change is seen once it is on the disk, and told then. Main
 * context only. Errors are BH_DEVICE_BOOK_ERROR, or BH_STORE_ERROR where it could not be kept:
 * then nothing has changed.
 */
#pragma once

#include <gio/gio.h>

#include "device.h"
#include "json-text.h"
#include "store.h"

#define BH_TYPE_DEVICE_BOOK (bh_device_book_get_type())
G_DECLARE_FINAL_TYPE(BhDeviceBook, bh_device_book, BH, DEVICE_BOOK, GObject)

#define BH_DEVICE_BOOK_ERROR (bh_device_book_error_quark())

typedef enum {
  BH_DEVICE_BOOK_ERROR_UNKNOWN, /* there is no such device, or it was removed */
} BhDeviceBookError;

GQuark bh_device_book_error_quark(void);

/* How long a membership is valid, and therefore how long a removal has to be told at least. */
#define BH_DEVICE_BOOK_MEMBERSHIP_MS (90 * G_GINT64_CONSTANT(86400000))

/* What describe_revocations() holds at most: with it, `joined` stays well below its 64 KiB. */
#define BH_DEVICE_BOOK_MAX_REVOCATIONS 256

/*
 * Signals, all after the commit
 *   added   (BhDevice *device)
 *   changed (BhDevice *device): role or name; the book finds the new record already
 *   revoked (BhDevice *device)
 */

BhDeviceBook *bh_device_book_new(BhStore *store);

/** bh_device_book_load_async: once, before anything else. */
void bh_device_book_load_async(BhDeviceBook *book, GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean bh_device_book_load_finish(BhDeviceBook *book, GAsyncResult *result, GError **error);

/** bh_device_book_get_restored_ms: Returns: UTC, when this hub was made of a backup; 0: never */
gint64 bh_device_book_get_restored_ms(BhDeviceBook *book);

/**
 * bh_device_book_find:
 * @device_id: (nullable): foreign text
 *
 * Returns: (transfer none) (nullable): removed ones too: look at revoked_ms
 */
BhDevice *bh_device_book_find(BhDeviceBook *book, const char *device_id);

/** bh_device_book_find_by_link: as bh_device_book_find(), by the link that it came by. */
BhDevice *bh_device_book_find_by_link(BhDeviceBook *book, const char *link_id);

/**
 * bh_device_book_list:
 *
 * Returns: (transfer full) (element-type BhDevice): without those removed, newest last; it holds
 *   references of its own
 */
GPtrArray *bh_device_book_list(BhDeviceBook *book);

/** bh_device_book_list_removed: the same of those removed. */
GPtrArray *bh_device_book_list_removed(BhDeviceBook *book);

/**
 * bh_device_book_count_managers:
 *
 * Those that are being removed or given another role at this moment count as gone, so that two
 * managers cannot remove each other.
 */
guint bh_device_book_count_managers(BhDeviceBook *book);

/** bh_device_book_add_async: */
void bh_device_book_add_async(BhDeviceBook *book, BhDevice *device, GAsyncReadyCallback callback,
                              gpointer user_data);

/** bh_device_book_add_finish: Returns: (transfer full) (nullable): %NULL: @error is set */
BhDevice *bh_device_book_add_finish(BhDeviceBook *book, GAsyncResult *result, GError **error);

/**
 * bh_device_book_take_committed:
 * @device: (transfer full): from a transaction of the room's own that has committed
 *
 * Puts it in the book and tells `added`; nothing where the book has it already. For the pairing
 * desk.
 */
void bh_device_book_take_committed(BhDeviceBook *book, BhDevice *device);

/**
 * bh_device_book_change_async:
 * @role: BH_ROLE_NONE: stays
 * @name: (nullable): clean; %NULL: stays
 * @now_ms: UTC
 *
 * Voids the memberships given out before. Nothing happens where all is so already.
 */
void bh_device_book_change_async(BhDeviceBook *book, const char *device_id, BhRole role,
                                 const char *name, gint64 now_ms, GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean bh_device_book_change_finish(BhDeviceBook *book, GAsyncResult *result, GError **error);

/**
 * bh_device_book_renew_async: as a change that changes nothing: its memberships of before are void,
 * and those from now on above whatever was told of it until @now_ms.
 */
void bh_device_book_renew_async(BhDeviceBook *book, const char *device_id, gint64 now_ms,
                                GAsyncReadyCallback callback, gpointer user_data);
gboolean bh_device_book_renew_finish(BhDeviceBook *book, GAsyncResult *result, GError **error);

/** bh_device_book_revoke_async: for good. @now_ms: UTC */
void bh_device_book_revoke_async(BhDeviceBook *book, const char *device_id, gint64 now_ms,
                                 GAsyncReadyCallback callback, gpointer user_data);
gboolean bh_device_book_revoke_finish(BhDeviceBook *book, GAsyncResult *result, GError **error);

/**
 * bh_device_book_seen:
 * @now_ms: UTC
 *
 * Written within a minute, all devices at once; what is lost with the power is that minute.
 */
void bh_device_book_seen(BhDeviceBook *book, const char *device_id, gint64 now_ms);

/** bh_device_book_get_seen_ms: Returns: UTC; 0: never */
gint64 bh_device_book_get_seen_ms(BhDeviceBook *book, const char *device_id);

/**
 * bh_device_book_describe_revocations:
 *
 * Removals and changes, at most BH_DEVICE_BOOK_MAX_REVOCATIONS: first those of the last
 * BH_DEVICE_BOOK_MEMBERSHIP_MS before the latest one; of these and of the others removals first,
 * the latest of each first. The clock has no say: of one version there is one list.
 *
 * Returns: (transfer full): {version, revoked: [{deviceId, before: UTC milliseconds or null}]}
 */
json_t *bh_device_book_describe_revocations(BhDeviceBook *book);

/** bh_device_book_close: writes what was seen. Before bh_store_close(). Twice is fine. */
void bh_device_book_close(BhDeviceBook *book);
