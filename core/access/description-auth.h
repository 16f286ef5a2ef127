/* SPDX-License-Identifier: Apache-2.0 */
/*
 * description-auth: `auth` of an offer or an answer (protocol section 1): the sender's signature
 * over who says it to whom, and over the DTLS fingerprints and ICE ufrags of the SDP. A signaling
 * server that puts its own in their place is found out by the receiver.
 *
 * Of the SDP these are signed:
 *   ufrags: the values of all lines `a=ice-ufrag:`,
 *   fingerprints: the values of all lines `a=fingerprint:`, up to the first space with ASCII
 *     letters in lower case (the hash's name), after it in upper case,
 * each list without repeats, sorted by bytes, joined by ",". A line ends at "\n" or "\r\n"; spaces
 * at its end do not count, and nothing else is trimmed.
 *
 * Parsers of SDP are more lenient than that: some end a line at a lone "\r", some take
 * `a=Fingerprint:` as well. Who changes an SDP on the way could so hide what is signed from the
 * parser, and show it what is not. A receiver therefore refuses an SDP with a "\r" that no "\n"
 * follows, or with a line that begins with one of the two names in any letters, goes on with
 * neither a letter, a digit nor "-", and is not just `a=ice-ufrag:` or `a=fingerprint:`.
 */
#pragma once

#include "json-text.h"

/* From core/crypto; spelled here so that rooms which may not know that one can include this. */
typedef struct _BhSignKey BhSignKey;

typedef struct {
  const char *type; /* "offer" or "answer" */
  const char *tenant_id;
  const char *from_peer_id;
  const char *to_peer_id; /* the real receiver, also where the message names none */
  const char *sdp;
} BhDescription;

/**
 * bh_description_auth_sign:
 * @membership: (nullable): the signer's, for receivers that do not know it; the hub has none
 *
 * Returns: (transfer full): `{sig, membership?}`
 */
json_t *bh_description_auth_sign(BhSignKey *key, const BhDescription *description,
                                 json_t *membership);

/**
 * bh_description_auth_verify:
 * @auth: (nullable): foreign
 * @public_key: of 32 bytes: whose signature it must be. A membership in @auth is not looked at
 *
 * Returns: whether @auth is that key's signature of just this description, and the SDP has nothing
 *   that could be read in two ways, see above
 */
gboolean bh_description_auth_verify(const json_t *auth, const guint8 *public_key,
                                    const BhDescription *description);
