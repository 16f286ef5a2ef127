/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhRouter: which part of the hub answers which message type (protocol section 3).
 *
 * Every message takes this road, by data channel, relay or HTTP; here, and only here, the role
 * table is asked whether the sender may. A plain struct, owned by the hub.
 */
#pragma once

#include "member.h"

typedef struct _BhRouter BhRouter;

/**
 * BhRouterHandler:
 * @channel: (nullable): answer on it, by bh_member_send()
 * @message: (transfer none)
 */
typedef void (*BhRouterHandler)(BhMember *member, BhPath path, BhDataChannel *channel,
                                const json_t *message, gpointer user_data);

BhRouter *bh_router_new(void);
void bh_router_free(BhRouter *router);

/** bh_router_add: @type must be static; @action is what the sender's role must allow. */
void bh_router_add(BhRouter *router, const char *type, BhAction action, BhRouterHandler handler,
                   gpointer user_data);

/** bh_router_add_full: the same; @user_data is freed with the router, by @destroy. */
void bh_router_add_full(BhRouter *router, const char *type, BhAction action,
                        BhRouterHandler handler, gpointer user_data, GDestroyNotify destroy);

/**
 * bh_router_add_for_guests: as bh_router_add(), for what guests may say too, each by an action of
 * their own: whoever may do @action or @guest_action.
 */
void bh_router_add_for_guests(BhRouter *router, const char *type, BhAction action,
                              BhAction guest_action, BhRouterHandler handler, gpointer user_data);

/**
 * bh_router_dispatch: calls the handler, or answers `unknown-type` or `forbidden`.
 */
void bh_router_dispatch(BhRouter *router, BhMember *member, BhPath path, BhDataChannel *channel,
                        const json_t *message);

/**
 * bh_router_answer_error:
 * @message: what is answered; its `id` becomes `ref`
 */
void bh_router_answer_error(BhMember *member, BhDataChannel *channel, const json_t *message,
                            const char *code, const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhRouter, bh_router_free)
