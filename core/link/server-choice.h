/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhServerChoice: which signaling server to be at. No socket and no clock: what happened and the
 * time go in, what to do and the next wake-up come out. The rules are those of the client library,
 * and data/protocol/vectors/server-choice.json holds both to them.
 *
 * There are two tiers, the property's own network and the cloud. A round tries every address that
 * is not set aside: the local ones 50 ms after each other, the cloud 300 ms after the first of them
 * or as soon as all of them have failed. The first server that lets us in is it. At a cloud, local
 * addresses go on being tried, now and then, and one that lets us in takes over; at a hub nothing
 * more is looked for.
 */
#pragma once

#include <glib.h>

#define BH_SERVER_CHOICE_MAX_SERVERS 16
#define BH_SERVER_CHOICE_NEVER       (-1)

typedef struct _BhServerChoice BhServerChoice;

typedef struct {
  const char *const *urls; /* given by a person, in the order to try them */
  gboolean one_tier;       /* of all, in the order given */
  double (*random)(void);  /* from 0 to 1; %NULL: g_random_double() */
} BhServerChoiceConfig;

typedef enum {
  BH_CHOICE_START,
  BH_CHOICE_WAKE, /* another network, perhaps */
  BH_CHOICE_TICK,
  BH_CHOICE_LOST,
  BH_CHOICE_STOP,
  BH_CHOICE_SERVERS,   /* urls: learned earlier, or as it let us in */
  BH_CHOICE_ANNOUNCED, /* urls: said by the server that we are at */
  BH_CHOICE_JOINED,    /* url, is_cloud */
  BH_CHOICE_FAILED,    /* url */
  BH_CHOICE_IMPOSTOR,  /* url: it failed its proof */
  BH_CHOICE_REFUSED,   /* url, code: by a server that we believe */
} BhChoiceEventType;

typedef struct {
  BhChoiceEventType type;
  const char *url;
  const char *code;
  gboolean is_cloud;
  const char *const *urls;
} BhChoiceEvent;

typedef enum {
  BH_CHOICE_OPEN,
  BH_CHOICE_CLOSE, /* ends an attempt */
  BH_CHOICE_ADOPT, /* it is the server from now on */
  BH_CHOICE_LEAVE, /* the one before */
} BhChoiceActionType;

typedef struct {
  BhChoiceActionType type;
  char *url;
} BhChoiceAction;

/** bh_server_choice_new: copies @config */
BhServerChoice *bh_server_choice_new(const BhServerChoiceConfig *config);
void bh_server_choice_free(BhServerChoice *choice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhServerChoice, bh_server_choice_free)

/**
 * bh_server_choice_handle:
 *
 * Returns: (transfer full) (element-type BhChoiceAction): in this order
 */
GPtrArray *bh_server_choice_handle(BhServerChoice *choice, const BhChoiceEvent *event,
                                   gint64 now_ms);

/** bh_server_choice_get_current: Returns: (transfer none) (nullable): where we are */
const char *bh_server_choice_get_current(const BhServerChoice *choice);

/** bh_server_choice_get_wake_ms: Returns: when to say BH_CHOICE_TICK, or BH_SERVER_CHOICE_NEVER */
gint64 bh_server_choice_get_wake_ms(const BhServerChoice *choice);
