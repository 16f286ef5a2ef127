/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhAuditLog: who was let in, changed, removed and refused; durable, the latest 10,000.
 *
 * Kinds are short words of ours ("paired", "revoked"). Those that end in "refused" are what
 * strangers cause: 30 a minute of each kind are kept as they are, the rest of that minute becomes
 * one entry whose detail is "+N". Main context only.
 */
#pragma once

#include <gio/gio.h>

#include "json-text.h"
#include "store.h"

#define BH_TYPE_AUDIT_LOG (bh_audit_log_get_type())
G_DECLARE_FINAL_TYPE(BhAuditLog, bh_audit_log, BH, AUDIT_LOG, GObject)

#define BH_AUDIT_LOG_MAX_ENTRIES       10000
#define BH_AUDIT_LOG_MAX_LISTED        1000
#define BH_AUDIT_LOG_REFUSALS_A_MINUTE 30

/* Longest text kept of each member; what is longer is cut. */
#define BH_AUDIT_LOG_MAX_TEXT_BYTES 128

/* The pairing desk's own kinds. */
#define BH_AUDIT_PAIRED          "paired" /* subject: the device's name; detail: its kind */
#define BH_AUDIT_PAIRING_REFUSED "pairing-refused" /* detail: the wire's code */

BhAuditLog *bh_audit_log_new(BhStore *store);

/**
 * bh_audit_log_add:
 * @who: (nullable): who did it: a device's name, or a person's
 * @subject: (nullable): to what: a device's name
 * @detail: (nullable): one word of ours, or a name; never a secret
 * @address: (nullable): where it came from, as text
 *
 * Fire and forget: nobody waits for it, and a full disk loses it.
 */
void bh_audit_log_add(BhAuditLog *log, const char *kind, const char *who, const char *subject,
                      const char *detail, const char *address);

/** bh_audit_log_list_async: the newest @limit entries, 1 to BH_AUDIT_LOG_MAX_LISTED. */
void bh_audit_log_list_async(BhAuditLog *log, guint limit, GAsyncReadyCallback callback,
                             gpointer user_data);

/**
 * bh_audit_log_list_finish:
 *
 * Returns: (transfer full) (nullable): array, newest first, of {timeMs, kind, who, subject, detail,
 *   address}; %NULL exactly when @error is set (BH_STORE_ERROR)
 */
json_t *bh_audit_log_list_finish(BhAuditLog *log, GAsyncResult *result, GError **error);

/** bh_audit_log_close: writes what was counted. Before bh_store_close(). Twice is fine. */
void bh_audit_log_close(BhAuditLog *log);
