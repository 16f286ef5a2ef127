/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhPairingDesk: where devices are let in: by a one-time link, or by a code that a manager compares
 * (protocol section 1).
 *
 * Links are durable: one that was shown before a restart pairs after it. A link is used up and its
 * device kept in one transaction, so that a full disk or a power cut leaves both or neither, and
 * two that come at once give one device. Comparisons live in memory.
 *
 * It knows nobody's role: who may make links and accept codes is judged by the caller
 * (BH_ACTION_MANAGE_DEVICES). Bodies are foreign. Errors are BH_PAIRING_ERROR. Main context only.
 */
#pragma once

#include <gio/gio.h>

#include "audit-log.h"
#include "device-book.h"
#include "json-text.h"
#include "pairing-error.h"
#include "pairing-facts.h"

#define BH_TYPE_PAIRING_DESK (bh_pairing_desk_get_type())
G_DECLARE_FINAL_TYPE(BhPairingDesk, bh_pairing_desk, BH, PAIRING_DESK, GObject)

/* Of one address: links tried and requests made; and what follows a request. */
#define BH_PAIRING_DESK_TRIES_A_MINUTE 10
#define BH_PAIRING_DESK_POLLS_A_MINUTE 120
/* Of all addresses together: whoever wants to meet a code by chance gets no more draws. */
#define BH_PAIRING_DESK_REQUESTS_A_MINUTE 30
/* Codes that are entered, right or wrong. */
#define BH_PAIRING_DESK_CODES_A_MINUTE 20

/*
 * Signals
 *   requests-changed (): bh_pairing_desk_list_requests() tells something else now
 * A device that was paired is told by the book ("added").
 */

/** bh_pairing_desk_new: copies @facts. */
BhPairingDesk *bh_pairing_desk_new(BhStore *store, BhDeviceBook *book, BhSignKey *hub_key,
                                   const BhPairingFacts *facts);

/** bh_pairing_desk_set_facts: for answers from now on; copied. */
void bh_pairing_desk_set_facts(BhPairingDesk *desk, const BhPairingFacts *facts);

/**
 * bh_pairing_desk_set_audit:
 * @audit: (nullable): the desk writes BH_AUDIT_PAIRED and BH_AUDIT_PAIRING_REFUSED there; what a
 *   manager does (links made, codes accepted) is for the caller, who knows the manager
 */
void bh_pairing_desk_set_audit(BhPairingDesk *desk, BhAuditLog *audit);

/** bh_pairing_desk_set_link_ms: how long links made from now on are good for; ten minutes
 * otherwise. */
void bh_pairing_desk_set_link_ms(BhPairingDesk *desk, gint64 link_ms);

/** bh_pairing_desk_load_async: once, after the book's; until then no link is known. */
void bh_pairing_desk_load_async(BhPairingDesk *desk, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean bh_pairing_desk_load_finish(BhPairingDesk *desk, GAsyncResult *result, GError **error);

/* Links --------------------------------------------------------------------------------------- */

/**
 * bh_pairing_desk_make_link_async:
 * @role: BAD_REQUEST unless bh_role_is_pairable()
 * @name: foreign; BAD_REQUEST unless it can be a name
 * @made_by: (nullable): the manager's device; the link is good as long as that is one. %NULL: the
 *   hub's owner
 *
 * RATE_LIMITED where too many links are open.
 */
void bh_pairing_desk_make_link_async(BhPairingDesk *desk, BhRole role, const char *name,
                                     const char *made_by, GAsyncReadyCallback callback,
                                     gpointer user_data);

/**
 * bh_pairing_desk_make_link_finish:
 * @link_id: (out) (transfer full):
 * @secret: (out) (transfer full): 22 characters for the link's fragment; wipe it. It is not told
 *   again
 * @expires_ms: (out): UTC
 *
 * Returns: %TRUE: it is on the disk; %FALSE exactly when @error is set
 */
gboolean bh_pairing_desk_make_link_finish(BhPairingDesk *desk, GAsyncResult *result, char **link_id,
                                          char **secret, gint64 *expires_ms, GError **error);

/**
 * bh_pairing_desk_pair_async: POST /api/v1/pair
 * @body: (nullable): foreign
 * @address: (nullable): where it came from
 *
 * The same link and key again get the same device again, for a day: an answer may be lost.
 */
void bh_pairing_desk_pair_async(BhPairingDesk *desk, const json_t *body, const char *address,
                                GAsyncReadyCallback callback, gpointer user_data);

/** bh_pairing_desk_pair_finish: Returns: (transfer full) (nullable): {answer, mac} */
json_t *bh_pairing_desk_pair_finish(BhPairingDesk *desk, GAsyncResult *result, GError **error);

/* Comparisons --------------------------------------------------------------------------------- */

/**
 * bh_pairing_desk_request: POST /api/v1/pair/requests
 *
 * RATE_LIMITED where too many are open, in all or from @address.
 *
 * Returns: (transfer full) (nullable): {requestId, hubKey, nonce, expiresMs}
 */
json_t *bh_pairing_desk_request(BhPairingDesk *desk, const json_t *body, const char *address,
                                GError **error);

/**
 * bh_pairing_desk_open: POST /api/v1/pair/requests/open
 *
 * From now on the request has a code and is listed. Twice is fine.
 *
 * Returns: (transfer full) (nullable): {}
 */
json_t *bh_pairing_desk_open(BhPairingDesk *desk, const json_t *body, const char *address,
                             GError **error);

/**
 * bh_pairing_desk_result: POST /api/v1/pair/requests/result
 *
 * Returns: (transfer full) (nullable): {state, answer?, sig?}; a request that is not known is
 *   `expired`
 */
json_t *bh_pairing_desk_result(BhPairingDesk *desk, const json_t *body, const char *address,
                               GError **error);

/**
 * bh_pairing_desk_cancel: POST /api/v1/pair/requests/cancel
 *
 * The device no longer asks, and its place is free. Of one that is over already nothing comes.
 *
 * Returns: (transfer full) (nullable): {}
 */
json_t *bh_pairing_desk_cancel(BhPairingDesk *desk, const json_t *body, const char *address,
                               GError **error);

/**
 * bh_pairing_desk_list_requests:
 *
 * Returns: (transfer full): array of those with a code, oldest first: {requestId, code, name,
 *   address, ageMs}
 */
json_t *bh_pairing_desk_list_requests(BhPairingDesk *desk);

/**
 * bh_pairing_desk_accept_async:
 * @code: six digits, with or without blanks
 * @request_id: (nullable): %NULL: the only one that shows @code
 * @role: as for links
 * @name: (nullable): foreign; %NULL or empty: the name that came with the request
 *
 * WRONG_CODE where @code is not the request's, or two requests show it; with the third wrong one
 * for the same @request_id, the request is refused.
 */
void bh_pairing_desk_accept_async(BhPairingDesk *desk, const char *code, const char *request_id,
                                  BhRole role, const char *name, GAsyncReadyCallback callback,
                                  gpointer user_data);

/** bh_pairing_desk_accept_finish: Returns: (transfer full) (nullable): the device, committed */
BhDevice *bh_pairing_desk_accept_finish(BhPairingDesk *desk, GAsyncResult *result, GError **error);

/** bh_pairing_desk_decline: Returns: %FALSE exactly when @error is set: REQUEST_UNKNOWN */
gboolean bh_pairing_desk_decline(BhPairingDesk *desk, const char *request_id, GError **error);

/**
 * bh_pairing_desk_close: no signal comes after; what is pending still completes. Before
 * bh_store_close(). Twice is fine.
 */
void bh_pairing_desk_close(BhPairingDesk *desk);
