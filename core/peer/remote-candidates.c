/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-peer"

#include "remote-candidates.h"

/* Firefox registers a name only after it has applied the answer: the first question may come too
 * soon. Waits between the attempts. */
static const guint retry_seconds[] = {1, 3};

struct _BhRemoteCandidates {
  BhNameResolver *resolver; /* (nullable) */
  BhRemoteCandidatesUse use;
  gpointer use_data;
  char *ufrag; /* (nullable): of the present generation */
  char *former_ufrag;
  GQueue early;         /* of Early */
  GPtrArray *resolving; /* of Question, borrowed: each frees itself */
  GCancellable *cancellable;
  gboolean is_settled;
  gboolean is_stopped;
};

typedef struct {
  BhIceCandidate candidate;
  char *ufrag; /* (nullable) */
} Early;

typedef struct {
  BhRemoteCandidates *owner; /* (nullable): weak; gone once it was freed */
  BhIceCandidate candidate;
  char *ufrag;
  guint n_failed;
  GSource *retry; /* (nullable) */
} Question;

static void ask(Question *question);

static void
early_free(gpointer data)
{
  Early *early = data;

  g_free(early->ufrag);
  g_free(early);
}

static void
question_free(Question *question)
{
  if (question->owner != NULL)
    g_ptr_array_remove_fast(question->owner->resolving, question);
  if (question->retry != NULL) {
    g_source_destroy(question->retry);
    g_source_unref(question->retry);
  }
  g_free(question->ufrag);
  g_free(question);
}

static gboolean
on_retry(gpointer data)
{
  Question *question = data;

  g_clear_pointer(&question->retry, g_source_unref);
  ask(question);
  return G_SOURCE_REMOVE;
}

/* Returns: whether another attempt will be made. */
static gboolean
retry_later(Question *question)
{
  if (question->owner == NULL || question->owner->is_settled ||
      question->n_failed >= G_N_ELEMENTS(retry_seconds))
    return FALSE;
  question->retry = g_timeout_source_new_seconds(retry_seconds[question->n_failed++]);
  g_source_set_static_name(question->retry, "BhRemoteCandidates retry");
  g_source_set_callback(question->retry, on_retry, question, NULL);
  g_source_attach(question->retry, g_main_context_get_thread_default());
  return TRUE;
}

static void
resolve_cb(GObject *source, GAsyncResult *result, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr(GInetAddress) address =
      bh_name_resolver_resolve_finish(BH_NAME_RESOLVER(source), result, NULL);

  if (address != NULL && question->owner != NULL) {
    g_autofree char *text = g_inet_address_to_string(address);
    BhRemoteCandidates *owner = question->owner;

    g_strlcpy(question->candidate.address, text, sizeof question->candidate.address);
    question->candidate.is_name = FALSE;
    owner->use(&question->candidate, question->ufrag, owner->use_data);
  } else if (retry_later(question)) {
    return;
  }
  question_free(question);
}

static void
ask(Question *question)
{
  bh_name_resolver_resolve_async(question->owner->resolver, question->candidate.address,
                                 question->owner->cancellable, resolve_cb, question);
}

static void
hand_over(BhRemoteCandidates *self, const BhIceCandidate *candidate)
{
  Question *question;

  if (!candidate->is_udp || self->is_stopped)
    return;
  if (!candidate->is_name) {
    self->use(candidate, self->ufrag, self->use_data);
    return;
  }
  /* Without an answer the connection may still come up by the other side's own checks. */
  if (self->resolver == NULL || !bh_ice_candidate_is_mdns(candidate) ||
      self->resolving->len >= BH_REMOTE_CANDIDATES_MAX_RESOLVING)
    return;
  question = g_new0(Question, 1);
  question->owner = self;
  question->candidate = *candidate;
  question->ufrag = g_strdup(self->ufrag);
  g_ptr_array_add(self->resolving, question);
  ask(question);
}

BhRemoteCandidates *
bh_remote_candidates_new(BhNameResolver *resolver, BhRemoteCandidatesUse use, gpointer user_data)
{
  BhRemoteCandidates *self = g_new0(BhRemoteCandidates, 1);

  self->resolver = resolver != NULL ? g_object_ref(resolver) : NULL;
  self->use = use;
  self->use_data = user_data;
  g_queue_init(&self->early);
  self->resolving = g_ptr_array_new();
  self->cancellable = g_cancellable_new();
  return self;
}

void
bh_remote_candidates_set_generation(BhRemoteCandidates *self, const char *ufrag)
{
  Early *early;

  if (g_strcmp0(self->ufrag, ufrag) != 0) {
    g_free(self->former_ufrag);
    self->former_ufrag = g_steal_pointer(&self->ufrag);
    self->ufrag = g_strdup(ufrag);
    self->is_settled = FALSE;
  }
  while ((early = g_queue_pop_head(&self->early)) != NULL) {
    if (early->ufrag == NULL || g_str_equal(early->ufrag, ufrag))
      hand_over(self, &early->candidate);
    early_free(early);
  }
}

const char *
bh_remote_candidates_get_generation(BhRemoteCandidates *self)
{
  return self->ufrag;
}

gboolean
bh_remote_candidates_add(BhRemoteCandidates *self, const char *line, const char *ufrag,
                         GError **error)
{
  BhIceCandidate candidate;
  Early *early;

  if (!bh_ice_candidate_parse(line, &candidate, error))
    return FALSE;
  if (ufrag == NULL || ufrag[0] == '\0')
    ufrag = candidate.ufrag[0] != '\0' ? candidate.ufrag : NULL;
  if (self->ufrag != NULL && (ufrag == NULL || g_str_equal(ufrag, self->ufrag))) {
    hand_over(self, &candidate);
    return TRUE;
  }
  if (g_strcmp0(ufrag, self->former_ufrag) == 0 && ufrag != NULL)
    return TRUE;
  if (self->is_stopped || self->early.length >= BH_REMOTE_CANDIDATES_MAX_EARLY)
    return TRUE;
  early = g_new0(Early, 1);
  early->candidate = candidate;
  early->ufrag = g_strdup(ufrag);
  g_queue_push_tail(&self->early, early);
  return TRUE;
}

void
bh_remote_candidates_settle(BhRemoteCandidates *self)
{
  self->is_settled = TRUE;
}

void
bh_remote_candidates_stop(BhRemoteCandidates *self)
{
  self->is_stopped = TRUE;
  for (guint i = self->resolving->len; i > 0; i--) {
    Question *question = self->resolving->pdata[i - 1];

    if (question->retry != NULL)
      question_free(question);
    else
      question->owner = NULL; /* resolve_cb() frees it */
  }
  g_ptr_array_set_size(self->resolving, 0);
  g_queue_clear_full(&self->early, early_free);
  g_cancellable_cancel(self->cancellable);
}

void
bh_remote_candidates_free(BhRemoteCandidates *self)
{
  bh_remote_candidates_stop(self);
  g_object_unref(self->cancellable);
  g_ptr_array_unref(self->resolving);
  g_clear_object(&self->resolver);
  g_free(self->ufrag);
  g_free(self->former_ufrag);
  g_free(self);
}
