/* SPDX-License-Identifier: Apache-2.0 */
/*
 * signed-document: the JSON object `{data, sig}` (protocol section 1): `data` is JSON text as
 * base64url, `sig` the hub's signature of a transcript of these exact bytes under a label that says
 * what kind of document it is.
 */
#pragma once

#include "membership.h"

/** bh_signed_document_make: Returns: (transfer full): `{data, sig}` of @content */
json_t *bh_signed_document_make(BhSignKey *hub, const char *label, const json_t *content);

/**
 * bh_signed_document_open:
 * @document: (nullable): foreign
 * @max_bytes: of the text inside
 * @hub_key: of BH_MEMBERSHIP_KEY_BYTES
 *
 * Returns: (transfer full) (nullable): the bytes that the hub signed; %NULL exactly when @error is
 *   set (BH_MEMBERSHIP_ERROR)
 */
GBytes *bh_signed_document_open(const json_t *document, const char *label, gsize max_bytes,
                                const guint8 *hub_key, BhMembershipVerify verify, GError **error);
