/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the two halves of the pairing desk share (links in pairing-desk.c, comparisons in
 * pairing-compare.c), and what tests hold of it.
 */
#pragma once

#include "comparison-list.h"
#include "pairing-desk.h"
#include "pairing-links.h"
#include "rate-table.h"

/* Main context only. Calls in flight hold the desk. */
struct _BhPairingDesk {
  GObject parent_instance;

  BhStore *store;
  BhDeviceBook *book;
  BhSignKey *hub_key;
  BhAuditLog *audit; /* (nullable) */
  BhPairingFacts *facts;
  BhPairingLinks *links;
  BhComparisonList *comparisons;
  BhRateTable *tries, *polls; /* by address */
  BhRateTable *requests, *codes;
  gint64 link_ms; /* how long a link is good for */
  guint making;   /* links whose commit is under way */
  gint64 skipped_ms;
  guint deadline_source; /* 0: nothing will be over */
  gboolean is_closed;
};

/** bh_pairing_desk_skip_ms: lets that time pass at once, on both its clocks; for tests. */
void bh_pairing_desk_skip_ms(BhPairingDesk *desk, gint64 ms);

BhPairingTime bh_pairing_desk_get_now(BhPairingDesk *desk);

/** bh_pairing_desk_tidy: ends what is over. Timers may be late; so every judgement begins here. */
void bh_pairing_desk_tidy(BhPairingDesk *desk);

/** bh_pairing_desk_schedule: to be called where a deadline has come or gone. */
void bh_pairing_desk_schedule(BhPairingDesk *desk);

void bh_pairing_desk_emit_requests_changed(BhPairingDesk *desk);

/** bh_pairing_desk_note_refusal: into the history; not what is only badly written, nor a full disk.
 */
void bh_pairing_desk_note_refusal(BhPairingDesk *desk, const GError *error, const char *address);
void bh_pairing_desk_note_paired(BhPairingDesk *desk, const BhDevice *device, const char *address);

/** bh_pairing_desk_translate: @error: (transfer full). Returns: (transfer full): BH_PAIRING_ERROR
 */
GError *bh_pairing_desk_translate(GError *error);

/** bh_pairing_desk_take_try: @address: (nullable). Returns: %FALSE: RATE_LIMITED */
gboolean bh_pairing_desk_take_try(BhPairingDesk *desk, BhRateTable *table, const char *address,
                                  GError **error);

/** bh_pairing_desk_check_role: Returns: %FALSE: BAD_REQUEST */
gboolean bh_pairing_desk_check_role(BhRole role, GError **error);

/**
 * bh_pairing_desk_choose_name: @text, or @fallback where it is empty; both are nullable.
 *
 * Returns: (transfer full) (nullable): %NULL: BAD_REQUEST
 */
char *bh_pairing_desk_choose_name(const char *text, const char *fallback, GError **error);

/** bh_pairing_desk_set_bytes: as base64url. */
void bh_pairing_desk_set_bytes(json_t *object, const char *name, const guint8 *bytes, gsize length);
