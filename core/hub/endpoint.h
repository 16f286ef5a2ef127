/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhEndpoint: the hub's own WebRTC peer. An ordinary member of the signaling rooms, and of a
 * cloud's where there is one: it is offered to and answers, and what its members say on data
 * channels or by `relay` comes out as `message`.
 *
 * Owns the members and their connections. Channels labelled `echo` and `sink` are served here
 * (protocol section 3), and `signal` is carried to the rooms. Runs on the main context.
 */
#pragma once

#include "connection.h"
#include "gate.h"
#include "limit-set.h"
#include "member.h"
#include "signaling-server.h"

#define BH_TYPE_ENDPOINT (bh_endpoint_get_type())
G_DECLARE_FINAL_TYPE(BhEndpoint, bh_endpoint, BH, ENDPOINT, GObject)

typedef struct {
  const char *peer_id;
  const char *tenant_id; /* (nullable): the only one served, whose name messages then leave out */
  gboolean open;         /* descriptions need no signature (`--open`) */
  const BhGate *gate;    /* (nullable): the hub's key, and the devices' ones; borrowed */
  gboolean loopback;     /* gather loopback candidates */
  BhNameResolver *resolver; /* (nullable): referenced; as BhConnectionConfig has it */
  guint16 port_min, port_max;
  gboolean offer_me; /* a member may ask to be offered to (`--open`) */
} BhEndpointConfig;

typedef struct {
  guint64 connections; /* now */
  guint64 channels;    /* now */
  guint64 opened;      /* connections that came up, since start */
  guint64 failed;      /* connections that did not, or were lost, since start */
  guint64 messages[BH_N_PATHS];
  guint64 bytes[BH_N_PATHS];
} BhEndpointCounters;

/*
 * Signals
 *   message (BhMember *member, BhPath path, BhDataChannel *channel, json_t *message):
 *     @channel is %NULL for BH_PATH_RELAY; @message is an object with a `type`, borrowed
 *   presence (BhMember *member): it came, has gone, or is reached by another way
 */

/**
 * bh_endpoint_new: copies @config and @limits, keeps references on the rest, joins the rooms;
 * config.gate must outlive the endpoint.
 */
BhEndpoint *bh_endpoint_new(BhSignalingServer *signaling, BhCertificate *certificate,
                            const BhEndpointConfig *config, const BhLimitSet *limits);

/* @message: to a peer at the cloud, with its targetPeerId */
typedef void (*BhEndpointSend)(const json_t *message, gpointer user_data);

/**
 * bh_endpoint_set_cloud:
 * @tenant_id: ours there
 * @send: until bh_endpoint_close()
 *
 * Lets the endpoint be reached by a cloud's signaling besides: an offer that came by it is answered
 * by it. What a cloud says is checked: only devices that are paired here are known, descriptions
 * must be signed, also on an open hub, and nothing is relayed. Connections outlive it. Once.
 */
void bh_endpoint_set_cloud(BhEndpoint *endpoint, const char *tenant_id, BhEndpointSend send,
                           gpointer user_data);

/** bh_endpoint_join_cloud: @joined: the cloud's, with our peerId and the peers that are there */
void bh_endpoint_join_cloud(BhEndpoint *endpoint, const json_t *joined);

/** bh_endpoint_take_from_cloud: @message: whatever it says after that; foreign */
void bh_endpoint_take_from_cloud(BhEndpoint *endpoint, json_t *message);

/** bh_endpoint_leave_cloud: the cloud is lost: those who were there are, but for connections. */
void bh_endpoint_leave_cloud(BhEndpoint *endpoint);

void bh_endpoint_get_counters(BhEndpoint *endpoint, BhEndpointCounters *out);

/** bh_endpoint_get_round_trip_ms: Returns: until those who are connected confirm a message, the
 * middle one of them; -1 where nobody is, or nothing is known yet */
gint bh_endpoint_get_round_trip_ms(BhEndpoint *endpoint);

/**
 * bh_endpoint_move: the computer's addresses have changed, or it slept: connections that cannot go
 * on where they are go over to the addresses of this moment. @always: all of them
 */
void bh_endpoint_move(BhEndpoint *endpoint, gboolean always);

/**
 * bh_endpoint_expel:
 * @device_id: a paired device's, or a guest's session
 *
 * Its connections and channels are closed, and its members gone, before this returns. The server's
 * own bh_signaling_server_expel() is called besides.
 */
void bh_endpoint_expel(BhEndpoint *endpoint, const char *device_id);

/**
 * bh_endpoint_describe_device:
 *
 * Returns: (transfer none) (nullable): "local-p2p" where it has an open data channel to the hub,
 *   "hub-relay" where it is only present, %NULL where it is neither
 */
const char *bh_endpoint_describe_device(BhEndpoint *endpoint, const char *device_id);

/** BhEndpointFilter: Returns: whether @member is meant */
typedef gboolean (*BhEndpointFilter)(BhMember *member, gpointer user_data);

/**
 * bh_endpoint_list_members:
 *
 * Returns: (transfer full) (element-type BhMember): those that @filter lets pass; references of its
 *   own, for what is done with one may end others
 */
GPtrArray *bh_endpoint_list_members(BhEndpoint *endpoint, BhEndpointFilter filter,
                                    gpointer user_data);

/**
 * bh_endpoint_broadcast:
 * @message: (transfer none): an object with a `type`
 *
 * To each member that @filter lets pass, as bh_member_send() without a channel.
 */
void bh_endpoint_broadcast(BhEndpoint *endpoint, BhEndpointFilter filter, gpointer user_data,
                           const json_t *message);

/** bh_endpoint_close: closes all connections, leaves the rooms; may be called twice. */
void bh_endpoint_close(BhEndpoint *endpoint);
