/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhIceAgent: one generation of ICE (RFC 8445): one pair of credentials, its sockets, its checks.
 * A restart is a second agent beside the first, with sockets of its own on the interfaces of that
 * moment; BhIceTransport decides which one sends.
 *
 * Thin over libnice; on the main context that made it.
 */
#pragma once

#include <gio/gio.h>

#include "ice-candidate.h"

#define BH_TYPE_ICE_AGENT (bh_ice_agent_get_type())
G_DECLARE_FINAL_TYPE(BhIceAgent, bh_ice_agent, BH, ICE_AGENT, GObject)

typedef struct {
  gboolean loopback;            /* gather 127.0.0.1 and ::1 too */
  guint16 port_min, port_max;   /* 0, 0: any */
  gboolean is_controlling;      /* the offerer (RFC 8445 section 6.1.1) */
  const char *ufrag, *password; /* (nullable): of its own making otherwise; read by the call */
} BhIceAgentConfig;

/* One datagram that is no STUN; @data is borrowed for the call. */
typedef void (*BhIceAgentReceive)(BhIceAgent *self, const guint8 *data, gsize length,
                                  gpointer user_data);

/*
 * Signals
 *   connected (): a pair is selected, or works again; data may be sent
 *   lost (): consent ran out (RFC 7675)
 */

/**
 * bh_ice_agent_new: makes the sockets and gathers host candidates of all interfaces, at once.
 *
 * Returns: (transfer full) (nullable): %NULL exactly when @error is set: no address, no free port,
 * or no descriptor
 */
BhIceAgent *bh_ice_agent_new(const BhIceAgentConfig *config, BhIceAgentReceive receive,
                             gpointer user_data, GError **error);

const char *bh_ice_agent_get_ufrag(BhIceAgent *self);
const char *bh_ice_agent_get_password(BhIceAgent *self);

/** bh_ice_agent_get_candidates: Returns: (transfer none): of char *, "candidate:..." */
GPtrArray *bh_ice_agent_get_candidates(BhIceAgent *self);

/**
 * bh_ice_agent_set_remote: the checks begin.
 * @is_lite: the other side only answers checks; we are controlling then (RFC 8445 section 6.1.1)
 */
void bh_ice_agent_set_remote(BhIceAgent *self, const char *ufrag, const char *password,
                             gboolean is_lite);

/** bh_ice_agent_get_remote_ufrag: Returns: (nullable): %NULL before bh_ice_agent_set_remote() */
const char *bh_ice_agent_get_remote_ufrag(BhIceAgent *self);

/**
 * bh_ice_agent_add_candidate: after bh_ice_agent_set_remote().
 * @candidate: its address is an IP literal
 *
 * Returns: %FALSE where it is of no use: not UDP, a second component, or one too many
 */
gboolean bh_ice_agent_add_candidate(BhIceAgent *self, const BhIceCandidate *candidate);

/** bh_ice_agent_dup_remote_address: Returns: (transfer full) (nullable): of the selected pair */
char *bh_ice_agent_dup_remote_address(BhIceAgent *self);

/**
 * bh_ice_agent_add_peer_of:
 * @other: one that has, or had, a pair
 *
 * Tries the address at which @other reaches the other side, too: on a restart some implementations
 * keep their sockets and announce them no more (werift), and even wait to be checked there.
 */
void bh_ice_agent_add_peer_of(BhIceAgent *self, BhIceAgent *other);

/**
 * bh_ice_agent_follow:
 * @other: of the same credentials, which has @other's place to take
 *
 * What @other knows of the other side: its credentials, and all its candidates. The checks begin.
 */
void bh_ice_agent_follow(BhIceAgent *self, BhIceAgent *other);

/**
 * bh_ice_agent_is_astray: whether it sends from an address that this computer has no more.
 *
 * Returns: %FALSE also where it has found no way yet
 */
gboolean bh_ice_agent_is_astray(BhIceAgent *self);

gboolean bh_ice_agent_is_connected(BhIceAgent *self);

/**
 * bh_ice_agent_send:
 * @may_wait: it may go out with others, at the latest with bh_ice_agent_flush(). What is sent from
 *   within BhIceAgentReceive may wait in any case, until all that has come has been handed up,
 *   except for the answer to the first of it.
 *
 * Returns: %FALSE where the datagram was not taken
 */
gboolean bh_ice_agent_send(BhIceAgent *self, const guint8 *data, gsize length, gboolean may_wait);

void bh_ice_agent_flush(BhIceAgent *self);

/**
 * bh_ice_agent_close: no callback and no signal after it. The sockets go from an idle callback, so
 * that it may be called inside one of libnice's own. May be called twice.
 */
void bh_ice_agent_close(BhIceAgent *self);
