/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRevocations: whose membership the hub has taken back (protocol section 1), as its signed
 * document says. The document only grows: of two of one hub the one with the higher version counts.
 */
#pragma once

#include "membership.h"

/* What a document may hold: 256 removals with room to spare, and less than a message. */
#define BH_REVOCATIONS_MAX_BYTES   ((gsize)40 * 1024)
#define BH_REVOCATIONS_MAX_ENTRIES 1024

typedef struct _BhRevocations BhRevocations;

void bh_revocations_free(BhRevocations *revocations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhRevocations, bh_revocations_free)

/**
 * bh_revocations_issue:
 * @parts: (transfer none): `{"version": N, "revoked": [{"deviceId", "before": ms or null}]}`
 *
 * Returns: (transfer full): the document `{data, sig}`
 */
json_t *bh_revocations_issue(BhSignKey *hub, const char *tenant_id, const json_t *parts);

/**
 * bh_revocations_parse:
 * @document: (nullable): foreign
 * @hub_key: of BH_MEMBERSHIP_KEY_BYTES
 * @tenant_id: whose it must be
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set (BH_MEMBERSHIP_ERROR)
 */
BhRevocations *bh_revocations_parse(const json_t *document, const guint8 *hub_key,
                                    const char *tenant_id, GError **error);

gint64 bh_revocations_get_version(const BhRevocations *revocations);

typedef enum {
  BH_REVOCATION_NONE,
  BH_REVOCATION_RENEWED, /* the device has another membership since: another role, another name */
  BH_REVOCATION_REMOVED,
} BhRevocation;

/**
 * bh_revocations_judge:
 * @revocations: (nullable): none are known
 * @not_before_ms: of the membership that is shown
 */
BhRevocation bh_revocations_judge(const BhRevocations *revocations, const char *device_id,
                                  gint64 not_before_ms);
