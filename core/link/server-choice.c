/* SPDX-License-Identifier: Apache-2.0 */
#define G_LOG_DOMAIN "bellhop-link"

#include "server-choice.h"

#include <string.h>

#include "backoff.h"
#include "server-address.h"

/* The figures are those of the client library, with their reasons there. */
#define MAX_CLOUD_SERVERS  4
#define MAX_ATTEMPTS       4
#define MAX_TIER_ATTEMPTS  3
#define STAGGER_MS         50
#define HEAD_START_MS      300
#define ATTEMPT_MS         5000
#define CROWDED_ATTEMPT_MS 1500
#define RETRY_FIRST_MS     250
#define RETRY_MAX_MS       8000
#define PROBE_FIRST_MS     1000
#define PROBE_MAX_MS       8000
#define LASTING_MS         5000
#define STRANGER_MS        60000
#define REFUSED_MS         15000
#define BUSY_MS            1000

#define NEVER BH_SERVER_CHOICE_NEVER

typedef enum { LOCAL, CLOUD, N_TIERS } Tier;

/*
 * IDLE    not in this round any more, or set aside
 * WAITING from at_ms on it may be tried; -> TRYING when there is room
 * TRYING  since at_ms; -> IDLE by joined, failed, refused, or after ATTEMPT_MS
 */
typedef enum { IDLE, WAITING, TRYING } State;

typedef struct {
  char *url;
  Tier tier;
  State state;
  gint64 at_ms;
  gint64 aside_until_ms;
} Entry;

struct _BhServerChoice {
  char **given;
  gboolean one_tier;
  double (*random)(void);
  BhBackoff backoff;
  char **learned[N_TIERS]; /* NULL: nothing */
  GPtrArray *entries;      /* owned Entry, in the order in which they are tried */
  gboolean is_running;
  char *current; /* NULL: we are nowhere */
  Tier current_tier;
  gint64 joined_at_ms;
  gboolean is_leaving; /* it said that it goes: the cloud need not wait for it */
  char *first;         /* (nullable): where it worked a moment ago it is asked first */
  gint64 cloud_from_ms;
  gint64 pause_until_ms; /* of what has failed in this round, or NEVER */
  gint64 next_probe_ms;  /* or NEVER */
  gint64 probe_ms;
  GPtrArray *actions; /* of the event at hand */
};

static void lose(BhServerChoice *self, gint64 now_ms);

static void
entry_free(gpointer data)
{
  Entry *entry = data;

  g_free(entry->url);
  g_free(entry);
}

static void
action_free(gpointer data)
{
  BhChoiceAction *action = data;

  g_free(action->url);
  g_free(action);
}

static void
act(BhServerChoice *self, BhChoiceActionType type, const char *url)
{
  BhChoiceAction *action = g_new(BhChoiceAction, 1);

  *action = (BhChoiceAction){type, g_strdup(url)};
  g_ptr_array_add(self->actions, action);
}

static Entry *
at(const BhServerChoice *self, guint i)
{
  return self->entries->pdata[i];
}

static Entry *
find(const BhServerChoice *self, const char *url)
{
  for (guint i = 0; url != NULL && i < self->entries->len; i++)
    if (g_str_equal(at(self, i)->url, url))
      return at(self, i);
  return NULL;
}

/* --- the list --- */

static Tier
tier_of(const BhServerChoice *self, const char *url)
{
  if (self->one_tier || bh_server_address_is_local(url) || bh_server_address_is_literal(url))
    return LOCAL;
  return CLOUD;
}

static void
add_usable(GPtrArray *urls, const char *const *more)
{
  for (guint i = 0; more != NULL && more[i] != NULL; i++)
    if (!g_ptr_array_find_with_equal_func(urls, more[i], g_str_equal, NULL))
      g_ptr_array_add(urls, g_strdup(more[i]));
}

static guint
take_tier(BhServerChoice *self, GPtrArray *before, const GPtrArray *urls, Tier tier, guint max)
{
  guint count = 0;

  for (guint i = 0; i < urls->len && count < max; i++) {
    Entry *entry = NULL;

    if (tier_of(self, urls->pdata[i]) != tier)
      continue;
    for (guint k = 0; k < before->len; k++)
      if (g_str_equal(((Entry *)before->pdata[k])->url, urls->pdata[i]))
        entry = g_ptr_array_steal_index(before, k--);
    if (entry == NULL) {
      entry = g_new0(Entry, 1);
      entry->url = g_strdup(urls->pdata[i]);
      entry->tier = tier;
    }
    g_ptr_array_add(self->entries, entry);
    count++;
  }
  return count;
}

static guint
count_tier(const BhServerChoice *self, const GPtrArray *urls, Tier tier)
{
  guint count = 0;

  for (guint i = 0; i < urls->len; i++)
    count += tier_of(self, urls->pdata[i]) == tier;
  return count;
}

/* Given ones first; where we are stays, whoever names other addresses. */
static void
list(BhServerChoice *self)
{
  g_autoptr(GPtrArray) urls = g_ptr_array_new_with_free_func(g_free);
  g_autoptr(GPtrArray) before = g_steal_pointer(&self->entries);
  const char *const current[] = {self->current, NULL};
  guint clouds;

  add_usable(urls, (const char *const *)self->given);
  add_usable(urls, current);
  for (guint tier = 0; tier < N_TIERS; tier++)
    add_usable(urls, (const char *const *)self->learned[tier]);
  self->entries = g_ptr_array_new_with_free_func(entry_free);
  clouds = MIN(count_tier(self, urls, CLOUD), MAX_CLOUD_SERVERS);
  take_tier(self, before, urls, LOCAL, BH_SERVER_CHOICE_MAX_SERVERS - clouds);
  take_tier(self, before, urls, CLOUD, clouds);
  for (guint i = 0; i < before->len; i++)
    if (((Entry *)before->pdata[i])->state == TRYING)
      act(self, BH_CHOICE_CLOSE, ((Entry *)before->pdata[i])->url);
}

/* --- trying --- */

static gboolean
is_wanted(const BhServerChoice *self, const Entry *entry)
{
  return self->current == NULL || (self->current_tier == CLOUD && entry->tier == LOCAL);
}

/* To be tried within this round; @first: (nullable): before the others, which come as listed;
 * @known: (nullable): not these. */
static void
queue(BhServerChoice *self, Entry *first, GHashTable *known, gint64 now_ms)
{
  for (guint tier = 0; tier < N_TIERS; tier++) {
    gint64 from_ms = tier == LOCAL ? now_ms : MAX(now_ms, self->cloud_from_ms);
    guint index = 0;

    for (guint i = 0; i <= self->entries->len; i++) {
      Entry *entry = i == 0 ? first : at(self, i - 1);

      if (entry == NULL || (i > 0 && entry == first) || entry->tier != tier ||
          entry->state != IDLE || entry->aside_until_ms > now_ms || !is_wanted(self, entry) ||
          (known != NULL && g_hash_table_contains(known, entry)))
        continue;
      entry->state = WAITING;
      entry->at_ms = from_ms + STAGGER_MS * (gint64)index++;
    }
  }
}

static void
start_round(BhServerChoice *self, gint64 now_ms)
{
  Entry *first = find(self, self->first);

  self->pause_until_ms = NEVER;
  self->cloud_from_ms = now_ms + (self->is_leaving ? 0 : HEAD_START_MS);
  queue(self, first, NULL, now_ms);
  if (first != NULL && first->state == IDLE)
    return;
  g_clear_pointer(&self->first, g_free);
  if (first != NULL && first->state == WAITING)
    first->at_ms = now_ms;
}

static gint64
next_pause(BhServerChoice *self)
{
  return bh_backoff_next(&self->backoff, self->random != NULL ? self->random() : g_random_double());
}

/* What fails quickly is tried again after a pause, also while something else hangs. */
static void
pause_round(BhServerChoice *self, gint64 now_ms)
{
  if (self->current != NULL || self->pause_until_ms != NEVER)
    return;
  self->pause_until_ms = now_ms + next_pause(self);
}

static void
give_up(BhServerChoice *self, Entry *entry, gint64 now_ms)
{
  entry->state = IDLE;
  act(self, BH_CHOICE_CLOSE, entry->url);
  pause_round(self, now_ms);
}

/* Without a pause, those that are idle are set aside. */
static gint64
get_next_round(const BhServerChoice *self)
{
  gint64 next_ms = NEVER;

  if (self->current != NULL || self->pause_until_ms != NEVER)
    return self->pause_until_ms;
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *entry = at(self, i);

    if (entry->state == IDLE && (next_ms == NEVER || entry->aside_until_ms < next_ms))
      next_ms = entry->aside_until_ms;
  }
  return next_ms;
}

static gboolean
has_room(const BhServerChoice *self, Tier tier)
{
  guint all = 0, of_tier = 0;

  for (guint i = 0; i < self->entries->len; i++) {
    all += at(self, i)->state == TRYING;
    of_tier += at(self, i)->state == TRYING && at(self, i)->tier == tier;
  }
  return all < MAX_ATTEMPTS && of_tier < MAX_TIER_ATTEMPTS;
}

static Entry *
find_oldest(const BhServerChoice *self, Tier tier)
{
  Entry *oldest = NULL;

  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = at(self, i);

    if (entry->state == TRYING && entry->tier == tier &&
        (oldest == NULL || entry->at_ms < oldest->at_ms))
      oldest = entry;
  }
  return oldest;
}

static int
compare_due(gconstpointer a, gconstpointer b)
{
  const Entry *one = *(const Entry *const *)a;
  const Entry *other = *(const Entry *const *)b;

  if (one->tier != other->tier)
    return one->tier < other->tier ? -1 : 1;
  return one->at_ms < other->at_ms ? -1 : one->at_ms > other->at_ms;
}

/* g_ptr_array_sort() is not said to be stable; entries are few. */
static GPtrArray *
list_sorted(const BhServerChoice *self, gboolean (*fits)(const Entry *entry, gint64 now_ms),
            gint64 now_ms)
{
  GPtrArray *sorted = g_ptr_array_new();

  for (guint i = 0; i < self->entries->len; i++) {
    guint k = sorted->len;

    if (!fits(at(self, i), now_ms))
      continue;
    while (k > 0 && compare_due(&sorted->pdata[k - 1], &self->entries->pdata[i]) > 0)
      k--;
    g_ptr_array_insert(sorted, (int)k, at(self, i));
  }
  return sorted;
}

static gboolean
is_due(const Entry *entry, gint64 now_ms)
{
  return entry->state == WAITING && entry->at_ms <= now_ms;
}

static gboolean
is_late_cloud(const Entry *entry, gint64 now_ms)
{
  return entry->tier == CLOUD && entry->state == WAITING && entry->at_ms > now_ms;
}

/* Nothing local is left to wait for: the cloud's turn comes now. */
static void
hurry_cloud(BhServerChoice *self, gint64 now_ms)
{
  g_autoptr(GPtrArray) late = NULL;

  if (self->current != NULL)
    return;
  for (guint i = 0; i < self->entries->len; i++)
    if (at(self, i)->tier == LOCAL && at(self, i)->state != IDLE)
      return;
  late = list_sorted(self, is_late_cloud, now_ms);
  self->cloud_from_ms = now_ms;
  for (guint i = 0; i < late->len; i++) {
    Entry *entry = late->pdata[i];

    entry->at_ms = MIN(entry->at_ms, now_ms + STAGGER_MS * (gint64)i);
  }
}

/* At a cloud, and there are local addresses that it could be left for. */
static void
keep_probing(BhServerChoice *self, gint64 now_ms)
{
  if (self->current == NULL || self->current_tier != CLOUD || self->next_probe_ms != NEVER)
    return;
  for (guint i = 0; i < self->entries->len; i++)
    if (at(self, i)->tier == LOCAL)
      self->next_probe_ms = now_ms + self->probe_ms;
}

static void
probe(BhServerChoice *self, gint64 now_ms)
{
  self->probe_ms = MIN(PROBE_MAX_MS, self->probe_ms * 2);
  self->next_probe_ms = NEVER;
  keep_probing(self, now_ms);
  queue(self, NULL, NULL, now_ms);
}

/* A reason to believe that the hub is back, or may be. */
static void
probe_now(BhServerChoice *self, gint64 now_ms)
{
  if (self->current == NULL || self->current_tier != CLOUD)
    return;
  queue(self, NULL, NULL, now_ms);
  self->probe_ms = PROBE_FIRST_MS;
  self->next_probe_ms = NEVER;
  keep_probing(self, now_ms);
}

/* What is due, as far as there is room; what took too long is given up. */
static void
run(BhServerChoice *self, gint64 now_ms)
{
  g_autoptr(GPtrArray) due = NULL;
  gint64 round_ms;

  if (self->next_probe_ms != NEVER && self->next_probe_ms <= now_ms)
    probe(self, now_ms);
  round_ms = get_next_round(self);
  if (round_ms != NEVER && round_ms <= now_ms)
    start_round(self, now_ms);
  for (guint i = 0; i < self->entries->len; i++)
    if (at(self, i)->state == TRYING && now_ms - at(self, i)->at_ms >= ATTEMPT_MS)
      give_up(self, at(self, i), now_ms);
  hurry_cloud(self, now_ms);
  due = list_sorted(self, is_due, now_ms);
  for (guint i = 0; i < due->len; i++) {
    Entry *entry = due->pdata[i];

    if (!has_room(self, entry->tier)) {
      Entry *oldest = find_oldest(self, entry->tier);

      if (oldest == NULL || now_ms - oldest->at_ms < CROWDED_ATTEMPT_MS)
        continue;
      give_up(self, oldest, now_ms);
    }
    entry->state = TRYING;
    entry->at_ms = now_ms;
    act(self, BH_CHOICE_OPEN, entry->url);
  }
}

/* --- what happened --- */

static gboolean
names_tier(const BhServerChoice *self, const char *const *urls, Tier tier)
{
  for (guint i = 0; urls[i] != NULL; i++)
    if (tier_of(self, urls[i]) == tier)
      return TRUE;
  return FALSE;
}

/* A hub that goes names the cloud only: its own addresses are as good as before. */
static void
learn(BhServerChoice *self, const char *const *urls, gint64 now_ms)
{
  g_autoptr(GHashTable) known = g_hash_table_new(NULL, NULL);

  for (guint i = 0; i < self->entries->len; i++)
    g_hash_table_add(known, at(self, i));
  for (guint tier = 0; tier < N_TIERS; tier++) {
    g_autoptr(GStrvBuilder) named = g_strv_builder_new();

    if (!names_tier(self, urls, (Tier)tier))
      continue;
    for (guint i = 0; urls[i] != NULL; i++)
      if (tier_of(self, urls[i]) == (Tier)tier)
        g_strv_builder_add(named, urls[i]);
    g_strfreev(self->learned[tier]);
    self->learned[tier] = g_strv_builder_end(named);
  }
  list(self);
  if (!self->is_running)
    return;
  queue(self, NULL, known, now_ms);
  keep_probing(self, now_ms);
}

static void
on_announced(BhServerChoice *self, const char *const *urls, gint64 now_ms)
{
  gboolean names_local = names_tier(self, urls, LOCAL);

  learn(self, urls, now_ms);
  self->is_leaving = !names_local && self->current_tier == LOCAL;
  if (names_local)
    probe_now(self, now_ms);
}

static void
fail(BhServerChoice *self, const char *url, gint64 aside_ms, gint64 now_ms)
{
  Entry *entry = find(self, url);

  if (entry == NULL)
    return;
  if (aside_ms > 0)
    entry->aside_until_ms = now_ms + aside_ms;
  else if (entry->state == TRYING)
    pause_round(self, now_ms);
  /* The server that we are at has shown another face: gone, and set aside. */
  if (g_strcmp0(url, self->current) == 0)
    lose(self, now_ms);
  if (entry->state == TRYING || aside_ms > 0)
    entry->state = IDLE;
}

static void
on_joined(BhServerChoice *self, const BhChoiceEvent *event, gint64 now_ms)
{
  Entry *entry = find(self, event->url);
  Tier tier = event->is_cloud && !self->one_tier ? CLOUD : LOCAL;
  g_autofree char *before = NULL;

  if (entry == NULL || entry->state != TRYING) {
    act(self, BH_CHOICE_CLOSE, event->url);
    return;
  }
  /* A cloud at a local address is no better than the one that we are at. */
  if (self->current != NULL && tier != LOCAL) {
    act(self, BH_CHOICE_CLOSE, event->url);
    fail(self, event->url, STRANGER_MS, now_ms);
    return;
  }
  before = g_steal_pointer(&self->current);
  entry->state = IDLE;
  self->current = g_strdup(event->url);
  self->current_tier = tier;
  self->joined_at_ms = now_ms;
  self->is_leaving = FALSE;
  g_clear_pointer(&self->first, g_free);
  self->pause_until_ms = NEVER;
  act(self, BH_CHOICE_ADOPT, event->url);
  if (before != NULL)
    act(self, BH_CHOICE_LEAVE, before);
  for (guint i = 0; i < self->entries->len; i++) {
    Entry *other = at(self, i);

    if (tier == CLOUD && other->tier == LOCAL)
      continue;
    if (other->state == TRYING)
      act(self, BH_CHOICE_CLOSE, other->url);
    other->state = IDLE;
  }
  self->probe_ms = PROBE_FIRST_MS;
  self->next_probe_ms = NEVER;
  list(self);
  keep_probing(self, now_ms);
}

static void
on_refused(BhServerChoice *self, const char *url, const char *code, gint64 now_ms)
{
  const Entry *entry = find(self, url);

  if (entry == NULL)
    return;
  if (g_strcmp0(code, "wrong-tenant") == 0) {
    fail(self, url, STRANGER_MS, now_ms);
    return;
  }
  /* Said before any proof: whoever is in a server's place keeps nobody from its other addresses. */
  if (g_strcmp0(code, "rate-limited") == 0) {
    fail(self, url, BUSY_MS, now_ms);
    return;
  }
  /* The others are other addresses of the same hub, or of the same cloud; where there are no tiers,
   * they are there to be asked instead. */
  for (guint i = 0; i < self->entries->len; i++) {
    const Entry *other = at(self, i);

    if (other->tier != entry->tier || (self->one_tier && other != entry))
      continue;
    if (other != entry && other->state == TRYING)
      act(self, BH_CHOICE_CLOSE, other->url);
    fail(self, other->url, REFUSED_MS, now_ms);
  }
}

/* What lets in and drops, by whichever address, waits; the other tier need not. */
static void
rest(BhServerChoice *self, Tier tier, gint64 now_ms)
{
  gint64 until_ms = now_ms + next_pause(self);

  for (guint i = 0; i < self->entries->len; i++) {
    Entry *entry = at(self, i);

    if (entry->tier == tier || g_str_equal(entry->url, self->first))
      entry->aside_until_ms = MAX(entry->aside_until_ms, until_ms);
  }
}

static void
lose(BhServerChoice *self, gint64 now_ms)
{
  if (self->current == NULL)
    return;
  g_free(self->first);
  self->first = g_steal_pointer(&self->current);
  self->next_probe_ms = NEVER;
  if (now_ms - self->joined_at_ms >= LASTING_MS)
    bh_backoff_reset(&self->backoff);
  else
    rest(self, self->current_tier, now_ms);
  start_round(self, now_ms);
}

/* What was learned of servers on the network before counts no more. */
static void
on_wake(BhServerChoice *self, gint64 now_ms)
{
  for (guint i = 0; i < self->entries->len; i++)
    at(self, i)->aside_until_ms = 0;
  bh_backoff_reset(&self->backoff);
  if (self->current == NULL)
    start_round(self, now_ms);
  else
    probe_now(self, now_ms);
}

static void
stop(BhServerChoice *self)
{
  for (guint i = 0; i < self->entries->len; i++) {
    if (at(self, i)->state == TRYING)
      act(self, BH_CHOICE_CLOSE, at(self, i)->url);
    at(self, i)->state = IDLE;
  }
  if (self->current != NULL)
    act(self, BH_CHOICE_LEAVE, self->current);
  g_clear_pointer(&self->current, g_free);
  self->is_running = FALSE;
}

static void
handle(BhServerChoice *self, const BhChoiceEvent *event, gint64 now_ms)
{
  switch (event->type) {
  case BH_CHOICE_SERVERS:
    learn(self, event->urls, now_ms);
    break;
  case BH_CHOICE_ANNOUNCED:
    on_announced(self, event->urls, now_ms);
    break;
  case BH_CHOICE_JOINED:
    on_joined(self, event, now_ms);
    break;
  case BH_CHOICE_FAILED:
    fail(self, event->url, 0, now_ms);
    break;
  case BH_CHOICE_IMPOSTOR:
    fail(self, event->url, STRANGER_MS, now_ms);
    break;
  case BH_CHOICE_REFUSED:
    on_refused(self, event->url, event->code, now_ms);
    break;
  case BH_CHOICE_LOST:
    lose(self, now_ms);
    break;
  case BH_CHOICE_WAKE:
    on_wake(self, now_ms);
    break;
  case BH_CHOICE_STOP:
    stop(self);
    break;
  case BH_CHOICE_START:
  case BH_CHOICE_TICK:
  default:
    break;
  }
}

GPtrArray *
bh_server_choice_handle(BhServerChoice *choice, const BhChoiceEvent *event, gint64 now_ms)
{
  g_clear_pointer(&choice->actions, g_ptr_array_unref);
  choice->actions = g_ptr_array_new_with_free_func(action_free);
  if (event->type == BH_CHOICE_START && !choice->is_running) {
    choice->is_running = TRUE;
    start_round(choice, now_ms);
  } else if (choice->is_running) {
    handle(choice, event, now_ms);
  } else if (event->type == BH_CHOICE_SERVERS) {
    learn(choice, event->urls, now_ms);
  }
  if (choice->is_running)
    run(choice, now_ms);
  return g_steal_pointer(&choice->actions);
}

const char *
bh_server_choice_get_current(const BhServerChoice *choice)
{
  return choice->current;
}

static gint64
get_time(const BhServerChoice *self, const Entry *entry)
{
  const Entry *oldest;

  if (entry->state == TRYING)
    return entry->at_ms + ATTEMPT_MS;
  if (entry->state == IDLE)
    return NEVER;
  if (has_room(self, entry->tier))
    return entry->at_ms;
  oldest = find_oldest(self, entry->tier);
  return oldest == NULL ? NEVER : MAX(entry->at_ms, oldest->at_ms + CROWDED_ATTEMPT_MS);
}

static gint64
earlier(gint64 one, gint64 other)
{
  return one == NEVER || (other != NEVER && other < one) ? other : one;
}

gint64
bh_server_choice_get_wake_ms(const BhServerChoice *choice)
{
  gint64 wake_ms;

  if (!choice->is_running)
    return NEVER;
  wake_ms = earlier(get_next_round(choice), choice->next_probe_ms);
  for (guint i = 0; i < choice->entries->len; i++)
    wake_ms = earlier(wake_ms, get_time(choice, at(choice, i)));
  return wake_ms;
}

/* --- life --- */

BhServerChoice *
bh_server_choice_new(const BhServerChoiceConfig *config)
{
  BhServerChoice *self = g_new0(BhServerChoice, 1);

  self->given = g_strdupv((char **)config->urls);
  self->one_tier = config->one_tier;
  self->random = config->random;
  self->backoff = BH_BACKOFF_INIT(RETRY_FIRST_MS, RETRY_MAX_MS);
  self->pause_until_ms = self->next_probe_ms = NEVER;
  self->probe_ms = PROBE_FIRST_MS;
  self->entries = g_ptr_array_new_with_free_func(entry_free);
  list(self);
  return self;
}

void
bh_server_choice_free(BhServerChoice *choice)
{
  g_clear_pointer(&choice->actions, g_ptr_array_unref);
  g_ptr_array_unref(choice->entries);
  for (guint tier = 0; tier < N_TIERS; tier++)
    g_strfreev(choice->learned[tier]);
  g_strfreev(choice->given);
  g_free(choice->current);
  g_free(choice->first);
  g_free(choice);
}
