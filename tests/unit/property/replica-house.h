/* SPDX-License-Identifier: Apache-2.0 */
/*
 * replica-house: several replicas of one property in one process, with a clock that the test moves
 * and a network that loses, doubles and reorders. And fake peers, which send what the test says.
 */
#pragma once

#include "memory-backend.h"
#include "replicator.h"
#include "sim-signing.h"

#define HOUSE_TENANT "house"
#define HOUSE_NOW_MS G_GINT64_CONSTANT(1780272000000)

typedef struct {
  gint64 now_ms;
  GRand *random;
  double loss, twice; /* how likely a message is lost, or comes twice */
  guint slow_ms;      /* it takes up to so long; in order where that is 0 */
  BhSignKey *hub_key;
  GPtrArray *replicas; /* of Replica */
  GPtrArray *wires;    /* of Wire */
  GQueue network;      /* of messages on their way */
  guint n_sent;
} House;

typedef struct {
  House *house;
  char *device_id;
  BhRole role;
  BhSignKey *key;
  json_t *document; /* (nullable): its membership; of the hub none */
  BhMemoryBackend *backend;
  BhProperty *property;
  BhReplicator *replicator;
  guint n_conflicts;
} Replica;

House *house_new(guint32 seed);
void house_free(House *house);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(House, house_free)

/* The first one is the hub, where its @role is that. */
Replica *house_add(House *house, const char *device_id, BhRole role);

void house_connect(House *house, Replica *a, Replica *b);
void house_cut(House *house, Replica *a, Replica *b);

/* Lets @ms pass, in steps of 10. */
void house_run(House *house, gint64 ms);
/* Runs what the main context has. */
void house_settle(void);

/* A device's key and document, whether it is a replica here or not. */
BhSignKey *house_key(const char *device_id);
json_t *house_document(House *house, const char *device_id, BhRole role);

/* @body: JSON in which ' stands for ". Written when this returns. */
void replica_write(Replica *replica, const char *kind, const char *entity, const char *body);
void replica_write_private(Replica *replica, const char *kind, const char *entity,
                           const char *body);

/* All that must be equal, as text: records, and how far each log is known (without private ones).
 */
char *replica_dump(Replica *replica);
void assert_equal(Replica *a, Replica *b);

/* --- fake peers --- */

typedef struct {
  Replica *replica; /* whose peer it is */
  BhReplicatorLink *link;
  GPtrArray *messages; /* of json_t, as they came: the objects themselves */
  guint room;          /* for so many messages */
} Peer;

Peer *peer_new(Replica *replica, const char *device_id, BhRole role, gboolean trusted);
void peer_free(Peer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Peer, peer_free)

/* @message: JSON with ' for " */
void peer_say(Peer *peer, const char *message);
/* @message: (transfer full) */
void peer_send(Peer *peer, json_t *message);
/* Returns: (transfer none) (nullable): the last message of that type that came */
const json_t *peer_last(Peer *peer, const char *type);
guint peer_count(Peer *peer, const char *type);
void peer_forget(Peer *peer);
/* Answers the last `ops` that it has all of @log_id up to @seq. */
void peer_ack(Peer *peer, const char *log_id, gint64 seq);

/* Returns: (transfer full): `{text, sig}` by @device_id; private where @log_id is */
json_t *make_wire(const char *device_id, BhRole role, const char *log_id, gint64 seq,
                  const char *kind, const char *entity, const char *body);
/* Returns: (transfer full): `ops` of these (transfer full) operations, up to a NULL */
json_t *make_ops(const char *id, json_t *members, ...) G_GNUC_NULL_TERMINATED;
