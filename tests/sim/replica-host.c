/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Hosts replicas for the simulation: commands come as JSON lines on the standard input, each gets
 * one line on the standard output, which `lines` others may follow. Everything happens within its
 * command; time stands still between them. `error` in an answer is a mistake of the caller's.
 */
#include "sim-check.h"
#include "sim-replica.h"
#include "sim-signing.h"

#include <locale.h>
#include <stdio.h>

typedef struct {
  GHashTable *replicas; /* id -> SimReplica */
  GHashTable *stores;   /* id -> BhMemoryBackend, owned: what crashed ones and copies hold */
  SimPost *post;
  GString *lines; /* that follow the answer */
  guint n_made;
} Host;

typedef gboolean (*Command)(Host *host, const json_t *command, json_t **answer, GError **error);

static json_t *
new_answer(void)
{
  return json_pack("{s:[], s:[], s:[]}", "wrote", "committed", "conflicts");
}

static const char *
get_text(const json_t *object, const char *name)
{
  return json_string_value(json_object_get(object, name));
}

static SimReplica *
find(Host *host, const json_t *command, GError **error)
{
  const char *id = get_text(command, "id");
  SimReplica *replica = id != NULL ? g_hash_table_lookup(host->replicas, id) : NULL;

  if (replica == NULL)
    g_set_error(error, BH_JSON_ERROR, BH_JSON_ERROR_MISSING, "There is no replica \"%s\"",
                id != NULL ? id : "");
  return replica;
}

static void
crash(Host *host, const char *id)
{
  gpointer key, replica;

  if (g_hash_table_steal_extended(host->replicas, id, &key, &replica)) {
    g_hash_table_replace(host->stores, g_strdup(id), sim_replica_crash(replica));
    g_free(key);
  }
}

static gboolean
do_make(Host *host, const json_t *command, json_t **answer, GError **error)
{
  const char *id = get_text(command, "id");
  const char *from = get_text(command, "from");
  const char *seed = get_text(command, "seed");
  BhMemoryBackend *stored = from != NULL ? g_hash_table_lookup(host->stores, from) : NULL;
  g_autofree char *random =
      g_strdup_printf("%s %s %u", seed != NULL ? seed : "", id != NULL ? id : "", host->n_made++);
  SimReplica *replica;

  if (id != NULL)
    crash(host, id);
  sim_random_seed(random);
  /* Where operations are really signed, documents are really checked too, each time. */
  if (host->n_made == 1)
    sim_check_once(json_is_true(json_object_get(command, "fake")));
  replica = sim_replica_new(command,
                            stored != NULL ? bh_memory_backend_copy(stored, FALSE)
                                           : bh_memory_backend_new(FALSE),
                            host->post, error);
  if (replica == NULL)
    return FALSE;
  sim_replica_set_answer(replica, *answer);
  g_hash_table_replace(host->replicas, g_strdup(id), replica);
  return TRUE;
}

static gboolean
do_save(Host *host, const json_t *command, json_t **answer, GError **error)
{
  SimReplica *replica = find(host, command, error);
  const char *copy = get_text(command, "copy");

  (void)answer;
  if (replica == NULL)
    return FALSE;
  g_hash_table_replace(host->stores, g_strdup(copy != NULL ? copy : ""), sim_replica_save(replica));
  return TRUE;
}

static gboolean
do_drop(Host *host, const json_t *command, json_t **answer, GError **error)
{
  (void)answer;
  (void)error;
  if (get_text(command, "id") != NULL)
    crash(host, get_text(command, "id"));
  return TRUE;
}

static gboolean
do_member(Host *host, const json_t *command, json_t **answer, GError **error)
{
  SimReplica *replica = find(host, command, error);

  (void)answer;
  return replica != NULL &&
         sim_replica_add_member(replica, json_object_get(command, "document"), error);
}

static gboolean
do_connect(Host *host, const json_t *command, json_t **answer, GError **error)
{
  SimReplica *replica = find(host, command, error);

  (void)answer;
  return replica != NULL && sim_replica_connect(replica, get_text(command, "link"),
                                                json_object_get(command, "peer"), error);
}

static gboolean
do_disconnect(Host *host, const json_t *command, json_t **answer, GError **error)
{
  SimReplica *replica = find(host, command, NULL);

  (void)answer;
  (void)error;
  if (replica != NULL && get_text(command, "link") != NULL)
    sim_replica_disconnect(replica, get_text(command, "link"));
  return TRUE;
}

static gboolean
do_follow(Host *host, const json_t *command, json_t **answer, GError **error)
{
  SimReplica *replica = find(host, command, error);

  (void)answer;
  return replica != NULL &&
         sim_replica_follow(replica, get_text(command, "link"), get_text(command, "of"),
                            json_object_get(command, "facts"), error);
}

static void
set_times(Host *host, const json_t *command)
{
  json_t *now = json_object_get(command, "now");
  gint64 world_ms = json_integer_value(json_object_get(command, "world"));
  const char *id;
  json_t *own;

  json_object_foreach(now, id, own)
  {
    SimReplica *replica = g_hash_table_lookup(host->replicas, id);

    if (replica != NULL)
      sim_replica_set_time(replica, json_integer_value(own), world_ms);
  }
}

static gboolean
is_named(const json_t *list, const char *id)
{
  for (size_t i = 0; i < json_array_size(list); i++)
    if (g_strcmp0(json_string_value(json_array_get(list, i)), id) == 0)
      return TRUE;
  return FALSE;
}

/* One after the other, as they are named. Returns: when the next such turn may change something */
static gint64
take_turns(Host *host, const json_t *command)
{
  const json_t *commit = json_object_get(command, "commit");
  gint64 due_ms = -1;
  const char *id;
  json_t *own;

  json_object_foreach(json_object_get(command, "now"), id, own)
  {
    SimReplica *replica = g_hash_table_lookup(host->replicas, id);
    gint64 own_due_ms;

    if (replica == NULL)
      continue;
    sim_replica_tick(replica);
    if (is_named(commit, id))
      sim_replica_commit(replica);
    own_due_ms = sim_replica_get_due_ms(replica);
    if (due_ms < 0 || (own_due_ms >= 0 && own_due_ms < due_ms))
      due_ms = own_due_ms;
  }
  return due_ms;
}

static gboolean
do_run(Host *host, const json_t *command, json_t **answer, GError **error)
{
  const json_t *steps = json_object_get(command, "steps");

  set_times(host, command);
  for (size_t i = 0; i < json_array_size(steps); i++) {
    const json_t *step = json_array_get(steps, i);
    SimReplica *replica = find(host, step, error);

    if (replica == NULL || !sim_replica_step(replica, step, error))
      return FALSE;
  }
  json_object_set_new(*answer, "due", json_integer(take_turns(host, command)));
  return TRUE;
}

static gboolean
do_dump(Host *host, const json_t *command, json_t **answer, GError **error)
{
  SimReplica *replica = find(host, command, error);

  if (replica == NULL)
    return FALSE;
  json_decref(*answer);
  *answer = sim_replica_dump(replica, host->lines);
  return TRUE;
}

static const struct {
  const char *name;
  Command run;
} commands[] = {
    {"connect", do_connect}, {"disconnect", do_disconnect},
    {"drop", do_drop},       {"dump", do_dump},
    {"follow", do_follow},   {"make", do_make},
    {"member", do_member},   {"run", do_run},
    {"save", do_save},
};

static void
share_answer(Host *host, json_t *answer)
{
  GHashTableIter iter;
  gpointer replica;

  g_hash_table_iter_init(&iter, host->replicas);
  while (g_hash_table_iter_next(&iter, NULL, &replica))
    sim_replica_set_answer(replica, answer);
}

static json_t *
carry_out(Host *host, const json_t *command)
{
  const char *name = get_text(command, "do");
  json_t *answer = new_answer();
  g_autoptr(GError) error = NULL;

  share_answer(host, answer);
  for (guint i = 0; i < G_N_ELEMENTS(commands); i++) {
    if (g_strcmp0(name, commands[i].name) != 0)
      continue;
    if (commands[i].run(host, command, &answer, &error))
      return answer;
    json_decref(answer);
    return json_pack("{s:s}", "error", error->message);
  }
  json_decref(answer);
  return json_pack("{s:s}", "error", "There is no such command");
}

/* `{"out":[...],...}`: what was sent is printed already. */
static void
print_answer(Host *host, const json_t *answer)
{
  g_autofree char *text = bh_json_to_text(answer);
  GString *line = g_string_new("{\"out\":");

  sim_post_take(host->post, line);
  g_string_append_c(line, ',');
  g_string_append(line, text + 1);
  g_string_append_c(line, '\n');
  fwrite(line->str, 1, line->len, stdout);
  fwrite(host->lines->str, 1, host->lines->len, stdout);
  fflush(stdout);
  g_string_truncate(host->lines, 0);
  g_string_free(line, TRUE);
}

static void
free_store(gpointer store)
{
  g_object_unref(store);
}

int
main(void)
{
  Host host = {g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
               g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_store), sim_post_new(),
               g_string_new(NULL), 0};
  g_autofree char *line = NULL;
  size_t size = 0;
  ssize_t length;

  setlocale(LC_ALL, "C.UTF-8");
  while ((length = getline(&line, &size, stdin)) > 0) {
    g_autoptr(GError) error = NULL;
    g_autoptr(json_t) command = bh_json_parse(line, (gsize)length, &error);
    g_autoptr(json_t) answer =
        command != NULL ? carry_out(&host, command) : json_pack("{s:s}", "error", error->message);

    print_answer(&host, answer);
  }
  while (g_hash_table_size(host.replicas) > 0) {
    GHashTableIter iter;
    gpointer id;

    g_hash_table_iter_init(&iter, host.replicas);
    g_hash_table_iter_next(&iter, &id, NULL);
    g_autofree char *name = g_strdup(id);
    crash(&host, name);
  }
  g_hash_table_unref(host.replicas);
  g_hash_table_unref(host.stores);
  sim_check_once(FALSE);
  sim_post_free(host.post);
  g_string_free(host.lines, TRUE);
  return 0;
}
