/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhSignalingMessage: one message a client sent (protocol section 2), judged: every field that the
 * rooms look at has its type and its bounds. And the text that its receiver gets.
 */
#pragma once

#include "json-text.h"
#include "message-scan.h"
#include "signaling-error.h"

/* Longest peerId, deviceId, tenantId and name, in bytes. The protocol gives deviceId 64; a name of
 * 64 bytes fills a line on a phone. */
#define BH_SIGNALING_MAX_ID_BYTES   64
#define BH_SIGNALING_MAX_NAME_BYTES 64

/* A nonce, and an X25519 key. */
#define BH_SIGNALING_SECRET_BYTES 32

typedef enum {
  BH_SIGNALING_UNKNOWN, /* bad, or a type that clients do not send */
  BH_SIGNALING_JOIN,
  BH_SIGNALING_PROOF,
  BH_SIGNALING_OFFER,
  BH_SIGNALING_ANSWER,
  BH_SIGNALING_ICE_CANDIDATE,
  BH_SIGNALING_RELAY,
  BH_SIGNALING_LEAVE,
  BH_SIGNALING_REVOCATIONS,       /* a hub's, at a cloud */
  BH_SIGNALING_SIGNALING_SERVERS, /* the same */
} BhSignalingType;

/* Strings are borrowed from @value, or from @short_texts; the struct is not to be moved. */
typedef struct {
  json_t *value; /* (nullable): as parsed, unless @members say enough */
  BhMessageMember members[BH_MESSAGE_SCAN_MEMBERS];
  guint n_members; /* 0: see @value */
  char short_texts[3][BH_SIGNALING_MAX_ID_BYTES + 1];
  const char *text;
  gsize length;
  BhSignalingType type;
  const char *type_name;      /* (nullable) */
  const char *id;             /* (nullable): what an error's inReplyTo repeats */
  const char *target_peer_id; /* (nullable) */
  const char *tenant_id;      /* (nullable) */
  const char *peer_id;        /* (nullable): in join; not judged yet */
  const char *device_id;      /* (nullable): in join */
  const char *name;           /* (nullable): in join */
  const char *role;           /* (nullable): in join */
  const char *resume;         /* (nullable): in join */
  const char *token;          /* (nullable): in join */
  const char *guest;          /* (nullable): in join; the secret of a guest's session */
  const char *proof;          /* (nullable): in proof; not judged yet */
  const json_t *membership;   /* (nullable): in join, at a cloud; not judged yet */
  gboolean has_nonce, has_key, has_hub_key; /* in join */
  guint8 nonce[BH_SIGNALING_SECRET_BYTES];
  guint8 key[BH_SIGNALING_SECRET_BYTES];
  guint8 hub_key[BH_SIGNALING_SECRET_BYTES];
} BhSignalingMessage;

/**
 * bh_signaling_message_parse:
 * @text: must outlive @message
 * @message: (out caller-allocates): to be cleared in any case; holds what was understood when
 *   parsing failed
 *
 * Returns: %FALSE exactly when @error is set, always BH_SIGNALING_ERROR_BAD_MESSAGE; its text
 *   quotes nothing of the message
 */
gboolean bh_signaling_message_parse(BhSignalingMessage *message, const char *text, gsize length,
                                    GError **error);

void bh_signaling_message_clear(BhSignalingMessage *message);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BhSignalingMessage, bh_signaling_message_clear)

/**
 * bh_signaling_message_forward:
 * @from_peer_id: well-formed, see bh_signaling_is_peer_id()
 * @tenant_json: (nullable): a JSON string that becomes `tenantId`
 *
 * What the receiver gets: every member as the sender wrote it, byte for byte, but `targetPeerId`,
 * and any `fromPeerId` or `tenantId` of the sender's own; these are the server's to say.
 *
 * Returns: (transfer full) (nullable): %NULL where a member's name is written with escapes, which
 * no encoder does to the names of this protocol
 */
GBytes *bh_signaling_message_forward(const BhSignalingMessage *message, const char *from_peer_id,
                                     const char *tenant_json);

/** bh_signaling_is_peer_id: 1 to 64 of letters, digits and `-_.:`; needs no escaping in JSON. */
gboolean bh_signaling_is_peer_id(const char *text);
