/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-link"

#include "cloud-link.h"

#include <string.h>

#include "base64url.h"
#include "cloud-proof.h"
#include "hybrid-clock.h"
#include "id.h"
#include "link-socket.h"
#include "server-choice.h"
#include "sign-key.h"

#define MAX_ID_BYTES      64
#define MAX_PROBLEM_CHARS 200

/* RFC 6455 section 7.4.1, and the protocol's own: another connection of this hub has its place. */
#define CLOSE_POLICY   1008
#define CLOSE_EXPELLED 4001

/* A cloud that let us not in is not asked again for another network's sake: where two hubs have the
 * same key they would take the place from each other at each change. */
#define REFUSED_MS 15000

/* After it could not take in what it is to know. */
#define TELL_AGAIN_MS 2000

/* One address that is tried, or that we are at. */
typedef struct {
  BhCloudLink *link;
  char *url;
  BhLinkSocket *socket;
  guint8 nonce[BH_CLOUD_PROOF_NONCE_BYTES];
  json_t *joined; /* (nullable): what it said, until it is adopted */
} Attempt;

struct _BhCloudLink {
  GObject parent_instance;

  char *tenant_id, *peer_id;
  BhSignKey *key;
  GTlsDatabase *authority;
  gboolean is_idle; /* there is no address */
  gboolean is_running;
  BhServerChoice *choice;
  GPtrArray *attempts; /* owned Attempt */
  Attempt *current;    /* (nullable): one of these */
  GHashTable *told;    /* type -> json_t */
  guint wake_id, again_id;
  gint64 refused_ms; /* when, or 0 */
  GNetworkMonitor *monitor;
  char *problem;
  gboolean is_time_known;
  gint64 clock_ahead_ms;
};

G_DEFINE_FINAL_TYPE(BhCloudLink, bh_cloud_link, G_TYPE_OBJECT)

enum { SIGNAL_JOINED, SIGNAL_MESSAGE, SIGNAL_LOST, N_SIGNALS };

static guint signals[N_SIGNALS];

static void tell_choice(BhCloudLink *self, const BhChoiceEvent *event);

static void
attempt_free(gpointer data)
{
  Attempt *attempt = data;

  g_signal_handlers_disconnect_by_data(attempt->socket, attempt);
  bh_link_socket_close(attempt->socket);
  g_object_unref(attempt->socket);
  g_clear_pointer(&attempt->joined, json_decref);
  g_free(attempt->url);
  g_free(attempt);
}

static Attempt *
find_attempt(BhCloudLink *self, const char *url)
{
  for (guint i = 0; i < self->attempts->len; i++)
    if (g_str_equal(((Attempt *)self->attempts->pdata[i])->url, url))
      return self->attempts->pdata[i];
  return NULL;
}

static void
drop(BhCloudLink *self, Attempt *attempt)
{
  if (self->current == attempt) {
    self->current = NULL;
    g_clear_handle_id(&self->again_id, g_source_remove);
  }
  g_ptr_array_remove_fast(self->attempts, attempt);
}

static void
say(Attempt *attempt, const json_t *message)
{
  g_autofree char *text = bh_json_to_text(message);

  bh_link_socket_send(attempt->socket, text, strlen(text));
}

/* --- what it is to know --- */

static void
tell_all(BhCloudLink *self)
{
  GHashTableIter iter;
  gpointer message;

  g_hash_table_iter_init(&iter, self->told);
  while (g_hash_table_iter_next(&iter, NULL, &message))
    say(self->current, message);
}

static gboolean
on_again(gpointer user_data)
{
  BhCloudLink *self = user_data;

  self->again_id = 0;
  tell_all(self);
  return G_SOURCE_REMOVE;
}

/* A cloud counts what comes from one address, and the whole property may be behind that. A device
 * that was removed must not stay in for it. */
static void
look_at_error(BhCloudLink *self, const json_t *message)
{
  const char *code = bh_json_get_text(message, "code", MAX_ID_BYTES, NULL);
  const char *of = bh_json_get_text(message, "inReplyTo", MAX_ID_BYTES, NULL);

  if (g_strcmp0(code, "rate-limited") == 0 && of != NULL && self->again_id == 0 &&
      g_hash_table_contains(self->told, of))
    self->again_id = g_timeout_add(TELL_AGAIN_MS, on_again, self);
}

/* --- an attempt --- */

/* It may be in the cloud's words, and a person reads it in a terminal. */
static char *
make_plain(const char *text)
{
  g_autofree char *valid = g_utf8_make_valid(text, -1);
  g_autoptr(GString) out = g_string_new(NULL);
  guint count = 0;

  for (const char *next = valid; *next != '\0' && count < MAX_PROBLEM_CHARS;
       next = g_utf8_next_char(next), count++) {
    gunichar c = g_utf8_get_char(next);

    g_string_append_unichar(out, g_unichar_isprint(c) ? c : ' ');
  }
  return g_string_free(g_steal_pointer(&out), FALSE);
}

/* It is over: by @type, one that ends attempts. */
static void
end_attempt(Attempt *attempt, BhChoiceEventType type, const char *code, const char *problem)
{
  g_autoptr(BhCloudLink) self = g_object_ref(attempt->link);
  g_autofree char *url = g_strdup(attempt->url);
  g_autofree char *own_code = g_strdup(code);
  gboolean was_current = self->current == attempt;

  g_free(self->problem);
  self->problem = make_plain(problem);
  if (type == BH_CHOICE_REFUSED)
    self->refused_ms = g_get_monotonic_time() / 1000;
  drop(self, attempt);
  if (was_current)
    g_signal_emit(self, signals[SIGNAL_LOST], 0);
  if (self->is_running)
    tell_choice(self, &(BhChoiceEvent){.type = type, .url = url, .code = own_code});
}

static void
on_opened(BhLinkSocket *socket, Attempt *attempt)
{
  BhCloudLink *self = attempt->link;
  g_autofree char *nonce = NULL;
  g_autofree char *key = bh_base64url_encode(bh_sign_key_get_public(self->key), BH_SIGN_KEY_BYTES);
  g_autoptr(json_t) join = NULL;

  bh_id_random(attempt->nonce, sizeof attempt->nonce);
  nonce = bh_base64url_encode(attempt->nonce, sizeof attempt->nonce);
  join = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s}", "type", "join", "tenantId", self->tenant_id,
                   "role", "hub", "peerId", self->peer_id, "nonce", nonce, "hubKey", key);
  say(attempt, join);
}

static void
on_challenge(Attempt *attempt, const json_t *message)
{
  BhCloudLink *self = attempt->link;
  const char *peer_id = bh_json_get_text(message, "peerId", MAX_ID_BYTES, NULL);
  const char *nonce = bh_json_get_text(message, "nonce", MAX_ID_BYTES, NULL);
  guint8 server_nonce[BH_CLOUD_PROOF_NONCE_BYTES];
  BhCloudHello hello = {.tenant_id = self->tenant_id, .peer_id = peer_id};
  g_autofree char *proof = NULL;
  g_autoptr(json_t) answer = NULL;

  if (peer_id == NULL || !bh_base64url_decode_exact(nonce, server_nonce, sizeof server_nonce)) {
    end_attempt(attempt, BH_CHOICE_FAILED, NULL, "it asks for a proof of nothing");
    return;
  }
  memcpy(hello.nonce, attempt->nonce, sizeof hello.nonce);
  memcpy(hello.hub_key, bh_sign_key_get_public(self->key), sizeof hello.hub_key);
  proof = bh_cloud_proof_sign_hub(self->key, &hello, server_nonce);
  answer = json_pack("{s:s, s:s}", "type", "proof", "proof", proof);
  say(attempt, answer);
}

/* The way takes less than anybody would call a wrong clock. */
static void
hear_time(BhCloudLink *self, const json_t *server)
{
  json_int_t time_ms = json_integer_value(json_object_get(server, "time"));

  self->is_time_known = time_ms > 0 && time_ms < BH_HYBRID_CLOCK_MAX_MS;
  if (self->is_time_known)
    self->clock_ahead_ms = g_get_real_time() / 1000 - time_ms;
}

/* Another hub's server may stand at that address; it is no cloud of ours. */
static void
on_joined(Attempt *attempt, json_t *message)
{
  const char *kind =
      bh_json_get_text(json_object_get(message, "server"), "kind", MAX_ID_BYTES, NULL);

  if (g_strcmp0(kind, "cloud") != 0 ||
      bh_json_get_text(message, "peerId", MAX_ID_BYTES, NULL) == NULL) {
    end_attempt(attempt, BH_CHOICE_IMPOSTOR, NULL, "it is no cloud");
    return;
  }
  hear_time(attempt->link, json_object_get(message, "server"));
  attempt->joined = json_incref(message);
  tell_choice(attempt->link,
              &(BhChoiceEvent){.type = BH_CHOICE_JOINED, .url = attempt->url, .is_cloud = TRUE});
}

static void
on_refusal(Attempt *attempt, const json_t *message)
{
  const char *code = bh_json_get_text(message, "code", MAX_ID_BYTES, NULL);
  const char *reason = bh_json_get_text(message, "message", 1024, NULL);

  end_attempt(attempt, code != NULL ? BH_CHOICE_REFUSED : BH_CHOICE_FAILED, code,
              reason != NULL ? reason : "it does not let this hub in");
}

static void
on_message(BhLinkSocket *socket, const char *text, gulong length, Attempt *attempt)
{
  BhCloudLink *self = attempt->link;
  g_autoptr(json_t) message = bh_json_parse(text, length, NULL);
  const char *type = bh_json_get_text(message, "type", MAX_ID_BYTES, NULL);

  if (type == NULL)
    return;
  if (attempt == self->current) {
    if (g_str_equal(type, "error"))
      look_at_error(self, message);
    g_signal_emit(self, signals[SIGNAL_MESSAGE], 0, message);
  } else if (attempt->joined != NULL) {
    return;
  } else if (g_str_equal(type, "challenge")) {
    on_challenge(attempt, message);
  } else if (g_str_equal(type, "joined")) {
    on_joined(attempt, message);
  } else if (g_str_equal(type, "error")) {
    on_refusal(attempt, message);
  }
}

static void
on_closed(BhLinkSocket *socket, guint code, const char *reason, Attempt *attempt)
{
  gboolean is_current = attempt == attempt->link->current;

  if (is_current && (code == CLOSE_POLICY || code == CLOSE_EXPELLED)) {
    g_message("The cloud has closed the connection: %s", reason);
    end_attempt(attempt, BH_CHOICE_REFUSED, "forbidden", reason);
  } else {
    end_attempt(attempt, is_current ? BH_CHOICE_LOST : BH_CHOICE_FAILED, NULL, reason);
  }
}

static void
open_attempt(BhCloudLink *self, const char *url)
{
  Attempt *attempt = g_new0(Attempt, 1);

  attempt->link = self;
  attempt->url = g_strdup(url);
  attempt->socket = bh_link_socket_new(url, self->authority);
  g_signal_connect(attempt->socket, "opened", G_CALLBACK(on_opened), attempt);
  g_signal_connect(attempt->socket, "message", G_CALLBACK(on_message), attempt);
  g_signal_connect(attempt->socket, "closed", G_CALLBACK(on_closed), attempt);
  g_ptr_array_add(self->attempts, attempt);
}

static void
adopt(BhCloudLink *self, Attempt *attempt)
{
  g_autoptr(json_t) joined = g_steal_pointer(&attempt->joined);

  self->current = attempt;
  g_clear_pointer(&self->problem, g_free);
  tell_all(self);
  g_signal_emit(self, signals[SIGNAL_JOINED], 0, joined);
}

/* --- the choice --- */

static gboolean
on_wake_time(gpointer user_data)
{
  BhCloudLink *self = user_data;

  self->wake_id = 0;
  tell_choice(self, &(BhChoiceEvent){.type = BH_CHOICE_TICK});
  return G_SOURCE_REMOVE;
}

static void
arm(BhCloudLink *self)
{
  gint64 wake_ms = bh_server_choice_get_wake_ms(self->choice);

  g_clear_handle_id(&self->wake_id, g_source_remove);
  if (wake_ms != BH_SERVER_CHOICE_NEVER)
    self->wake_id = g_timeout_add(
        (guint)CLAMP(wake_ms - g_get_monotonic_time() / 1000, 0, G_MAXINT), on_wake_time, self);
}

static void
carry_out(BhCloudLink *self, const BhChoiceAction *action)
{
  Attempt *attempt = find_attempt(self, action->url);

  if (action->type == BH_CHOICE_OPEN && attempt == NULL)
    open_attempt(self, action->url);
  else if (action->type == BH_CHOICE_ADOPT && attempt != NULL && attempt->joined != NULL)
    adopt(self, attempt);
  else if (action->type != BH_CHOICE_OPEN && action->type != BH_CHOICE_ADOPT && attempt != NULL)
    drop(self, attempt);
}

static void
tell_choice(BhCloudLink *self, const BhChoiceEvent *event)
{
  g_autoptr(BhCloudLink) kept G_GNUC_UNUSED = g_object_ref(self);
  g_autoptr(GPtrArray) actions =
      bh_server_choice_handle(self->choice, event, g_get_monotonic_time() / 1000);

  for (guint i = 0; i < actions->len; i++)
    carry_out(self, actions->pdata[i]);
  arm(self);
}

/* --- life --- */

static void
on_network_changed(GNetworkMonitor *monitor, gboolean available, BhCloudLink *self)
{
  bh_cloud_link_wake(self);
}

BhCloudLink *
bh_cloud_link_new(const BhCloudLinkConfig *config)
{
  BhCloudLink *self = g_object_new(BH_TYPE_CLOUD_LINK, NULL);
  /* All are clouds: nothing better is to be looked for from one of them. */
  const BhServerChoiceConfig choice = {.urls = config->urls, .one_tier = TRUE};

  self->tenant_id = g_strdup(config->tenant_id);
  self->peer_id = g_strdup(config->peer_id);
  self->key = bh_sign_key_ref(config->key);
  self->authority = config->authority != NULL ? g_object_ref(config->authority) : NULL;
  self->is_idle = config->urls[0] == NULL;
  self->choice = bh_server_choice_new(&choice);
  return self;
}

void
bh_cloud_link_start(BhCloudLink *link)
{
  if (link->is_running || link->is_idle)
    return;
  link->is_running = TRUE;
  link->monitor = g_object_ref(g_network_monitor_get_default());
  g_signal_connect_object(link->monitor, "network-changed", G_CALLBACK(on_network_changed), link,
                          0);
  tell_choice(link, &(BhChoiceEvent){.type = BH_CHOICE_START});
}

void
bh_cloud_link_stop(BhCloudLink *link)
{
  if (!link->is_running)
    return;
  link->is_running = FALSE;
  g_signal_handlers_disconnect_by_data(link->monitor, link);
  g_clear_object(&link->monitor);
  tell_choice(link, &(BhChoiceEvent){.type = BH_CHOICE_STOP});
  link->current = NULL;
  g_clear_handle_id(&link->again_id, g_source_remove);
  g_ptr_array_set_size(link->attempts, 0);
}

void
bh_cloud_link_wake(BhCloudLink *link)
{
  gint64 now_ms = g_get_monotonic_time() / 1000;

  if (!link->is_running)
    return;
  if (link->current != NULL)
    bh_link_socket_probe(link->current->socket);
  else if (link->refused_ms == 0 || now_ms - link->refused_ms >= REFUSED_MS)
    tell_choice(link, &(BhChoiceEvent){.type = BH_CHOICE_WAKE});
}

void
bh_cloud_link_send(BhCloudLink *link, const json_t *message)
{
  if (link->current != NULL)
    say(link->current, message);
}

void
bh_cloud_link_tell(BhCloudLink *link, json_t *message)
{
  const char *type = json_string_value(json_object_get(message, "type"));
  json_t *before = g_hash_table_lookup(link->told, type);

  if (before != NULL && json_equal(before, message))
    return;
  g_hash_table_replace(link->told, g_strdup(type), json_incref(message));
  bh_cloud_link_send(link, message);
}

BhCloudLinkState
bh_cloud_link_get_state(BhCloudLink *link)
{
  if (!link->is_running)
    return BH_CLOUD_LINK_OFF;
  if (link->current != NULL)
    return BH_CLOUD_LINK_JOINED;
  return link->attempts->len > 0 ? BH_CLOUD_LINK_CONNECTING : BH_CLOUD_LINK_WAITING;
}

const char *
bh_cloud_link_get_state_name(BhCloudLink *link)
{
  static const char *const names[] = {"off", "connecting", "joined", "waiting"};

  return names[bh_cloud_link_get_state(link)];
}

const char *
bh_cloud_link_get_url(BhCloudLink *link)
{
  return link->current != NULL ? link->current->url : NULL;
}

const char *
bh_cloud_link_get_problem(BhCloudLink *link)
{
  return link->problem;
}

gboolean
bh_cloud_link_get_clock_ahead(BhCloudLink *link, gint64 *ahead_ms)
{
  *ahead_ms = link->clock_ahead_ms;
  return link->current != NULL && link->is_time_known;
}

static void
bh_cloud_link_dispose(GObject *object)
{
  BhCloudLink *self = BH_CLOUD_LINK(object);

  bh_cloud_link_stop(self);
  g_clear_handle_id(&self->wake_id, g_source_remove);
  G_OBJECT_CLASS(bh_cloud_link_parent_class)->dispose(object);
}

static void
bh_cloud_link_finalize(GObject *object)
{
  BhCloudLink *self = BH_CLOUD_LINK(object);

  g_ptr_array_unref(self->attempts);
  g_hash_table_unref(self->told);
  g_clear_pointer(&self->choice, bh_server_choice_free);
  g_clear_pointer(&self->key, bh_sign_key_unref);
  g_clear_object(&self->authority);
  g_free(self->tenant_id);
  g_free(self->peer_id);
  g_free(self->problem);
  G_OBJECT_CLASS(bh_cloud_link_parent_class)->finalize(object);
}

static void
bh_cloud_link_class_init(BhCloudLinkClass *klass)
{
  G_OBJECT_CLASS(klass)->dispose = bh_cloud_link_dispose;
  G_OBJECT_CLASS(klass)->finalize = bh_cloud_link_finalize;

  signals[SIGNAL_JOINED] = g_signal_new("joined", BH_TYPE_CLOUD_LINK, G_SIGNAL_RUN_LAST, 0, NULL,
                                        NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_MESSAGE] = g_signal_new("message", BH_TYPE_CLOUD_LINK, G_SIGNAL_RUN_LAST, 0, NULL,
                                         NULL, NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[SIGNAL_LOST] = g_signal_new("lost", BH_TYPE_CLOUD_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                      NULL, G_TYPE_NONE, 0);
}

static void
bh_cloud_link_init(BhCloudLink *self)
{
  self->attempts = g_ptr_array_new_with_free_func(attempt_free);
  self->told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)json_decref);
}
