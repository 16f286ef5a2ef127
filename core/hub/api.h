/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BhApi: what can be asked of the hub, by whatever way in: HTTP, the control socket, or `api`
 * messages on a channel or relay (protocol section 6). One table of routes; each names the action
 * of the role table that it needs, and here, and only here, the caller's role is held against it.
 *
 * A plain struct, owned by the hub. One main context.
 */
#pragma once

#include "json-text.h"
#include "member.h"

/* Who asks. Strings are borrowed for the time of the dispatch; a call keeps its own copy. */
typedef struct {
  BhRole role;           /* BH_ROLE_NONE: nobody that we know */
  gboolean is_owner;     /* by the control socket, or in an open hub: may speak for any device */
  const char *device_id; /* (nullable) */
  const char *who;       /* (nullable): in words, for the history */
  const char *address;   /* (nullable) */
  gboolean is_inside;    /* comes from one of the property's own networks */
  gboolean is_outside;   /* not from the premises, see bh_premises_has(); for figures only */
  BhPath path;
} BhCaller;

typedef struct _BhApi BhApi;

/* In place of a BhAction: anybody may ask; only the owner may. */
#define BH_API_PUBLIC (-1)
#define BH_API_OWNER  (-2)

/* One question that waits for its one answer. */
typedef struct _BhApiCall BhApiCall;

/**
 * BhApiHandler:
 * @call: (transfer full): to be answered exactly once, now or later, by one of the functions below
 */
typedef void (*BhApiHandler)(BhApiCall *call, gpointer user_data);

/**
 * BhApiAnswer:
 * @content_type: static; "application/json", "application/problem+json" or a text's
 * @body: (transfer none): JSON; a text is a JSON string
 * @retry_ms: not 0: when asking again may do
 */
typedef void (*BhApiAnswer)(guint status, const char *content_type, const json_t *body,
                            gint64 retry_ms, gpointer user_data);

BhApi *bh_api_new(void);
void bh_api_free(BhApi *api);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BhApi, bh_api_free)

/** bh_api_add: @method: "GET" or "POST"; @path: static; @action: what the caller's role must allow
 */
void bh_api_add(BhApi *api, const char *method, const char *path, BhAction action,
                BhApiHandler handler, gpointer user_data);

/** bh_api_add_public: anybody may ask, also who is not paired. */
void bh_api_add_public(BhApi *api, const char *method, const char *path, BhApiHandler handler,
                       gpointer user_data);

/** bh_api_add_owner: only who is at the hub's own computer: by the control socket, or in an open
 * hub. */
void bh_api_add_owner(BhApi *api, const char *method, const char *path, BhApiHandler handler,
                      gpointer user_data);

/**
 * bh_api_dispatch:
 * @query: (nullable) (transfer none): name -> value
 * @body: (nullable) (transfer none): what came with a POST
 * @answer: called exactly once, now or later; never where the program ends first
 *
 * Who may not is answered 401 (nobody) or 403 (somebody), before anything is looked at.
 */
void bh_api_dispatch(BhApi *api, const char *method, const char *path, GHashTable *query,
                     json_t *body, const BhCaller *caller, BhApiAnswer answer, gpointer user_data);

/**
 * BhApiVisitor:
 * @action: a BhAction, BH_API_PUBLIC or BH_API_OWNER
 */
typedef void (*BhApiVisitor)(const char *method, const char *path, int action, gpointer user_data);

/** bh_api_visit: every route, in no order. */
void bh_api_visit(BhApi *api, BhApiVisitor visitor, gpointer user_data);

const BhCaller *bh_api_call_get_caller(BhApiCall *call);

/** bh_api_call_get_body: Returns: (transfer none): an object; an empty one where none came */
json_t *bh_api_call_get_body(BhApiCall *call);

/** bh_api_call_get_query: Returns: (transfer none) (nullable) */
const char *bh_api_call_get_query(BhApiCall *call, const char *name);

/**
 * bh_api_call_get_text: a required member of the body. Where it is missing, or is no text of at
 * most
 * @max_bytes, the call has been answered 400 and is gone.
 *
 * Returns: (transfer none) (nullable): valid while the call is
 */
const char *bh_api_call_get_text(BhApiCall *call, const char *name, gsize max_bytes);

/** bh_api_call_respond: @body: (transfer full) */
void bh_api_call_respond(BhApiCall *call, guint status, json_t *body);

/** bh_api_call_respond_text: */
void bh_api_call_respond_text(BhApiCall *call, const char *content_type, const char *text);

/** bh_api_call_fail: problem+json (RFC 9457). @detail: (nullable) */
void bh_api_call_fail(BhApiCall *call, guint status, const char *code, const char *detail);

/** bh_api_call_fail_later: as bh_api_call_fail(), with `retryMs`. */
void bh_api_call_fail_later(BhApiCall *call, guint status, const char *code, const char *detail,
                            gint64 retry_ms);
