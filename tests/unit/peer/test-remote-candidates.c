/* SPDX-License-Identifier: Apache-2.0 */
#include "remote-candidates.h"

#include <string.h>

#define TIMEOUT_SECONDS 20
#define NAMED           "candidate:1 1 udp 1 0f4d4c3e-7d4d-4a4e-9c3f-1d2e3f405060.local 9 typ host"
#define NUMBERED        "candidate:1 1 udp 1 192.0.2.1 9 typ host"

/* Answers from the main loop; the first @n_failing questions in vain. */
#define FAKE_TYPE_RESOLVER (fake_resolver_get_type())
G_DECLARE_FINAL_TYPE(FakeResolver, fake_resolver, FAKE, RESOLVER, GObject)

struct _FakeResolver {
  GObject parent_instance;

  guint n_asked, n_failing;
};

static gboolean
answer(gpointer data)
{
  GTask *task = data;
  FakeResolver *self = g_task_get_source_object(task);

  if (self->n_failing > 0) {
    self->n_failing--;
    g_task_return_new_error(task, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "no such name");
  } else if (!g_task_return_error_if_cancelled(task)) {
    g_task_return_pointer(task, g_inet_address_new_from_string("192.0.2.9"), g_object_unref);
  }
  return G_SOURCE_REMOVE;
}

static void
fake_resolve_async(BhNameResolver *resolver, const char *name, GCancellable *cancellable,
                   GAsyncReadyCallback callback, gpointer user_data)
{
  FAKE_RESOLVER(resolver)->n_asked++;
  g_idle_add_full(G_PRIORITY_DEFAULT, answer,
                  g_task_new(resolver, cancellable, callback, user_data), g_object_unref);
}

static GInetAddress *
fake_resolve_finish(BhNameResolver *resolver, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer(G_TASK(result), error);
}

static void
fake_resolver_iface_init(BhNameResolverInterface *iface)
{
  iface->resolve_async = fake_resolve_async;
  iface->resolve_finish = fake_resolve_finish;
}

G_DEFINE_FINAL_TYPE_WITH_CODE(FakeResolver, fake_resolver, G_TYPE_OBJECT,
                              G_IMPLEMENT_INTERFACE(BH_TYPE_NAME_RESOLVER,
                                                    fake_resolver_iface_init))

static void
fake_resolver_class_init(FakeResolverClass *klass)
{
}

static void
fake_resolver_init(FakeResolver *self)
{
}

typedef struct {
  BhRemoteCandidates *candidates;
  FakeResolver *resolver;
  guint n_used;
  char *last; /* "address ufrag" */
  gboolean stop_inside;
} Fixture;

static void
on_use(const BhIceCandidate *candidate, const char *ufrag, gpointer user_data)
{
  Fixture *f = user_data;

  f->n_used++;
  g_free(f->last);
  f->last = g_strdup_printf("%s %s", candidate->address, ufrag);
  if (f->stop_inside)
    bh_remote_candidates_stop(f->candidates);
}

static void
set_up(Fixture *f, gconstpointer unused)
{
  f->resolver = g_object_new(FAKE_TYPE_RESOLVER, NULL);
  f->candidates = bh_remote_candidates_new(BH_NAME_RESOLVER(f->resolver), on_use, f);
}

static void
run_loop(void)
{
  while (g_main_context_iteration(NULL, FALSE))
    ;
}

static void
tear_down(Fixture *f, gconstpointer unused)
{
  g_clear_pointer(&f->candidates, bh_remote_candidates_free);
  run_loop();
  g_assert_finalize_object(f->resolver);
  g_free(f->last);
}

static void
add(Fixture *f, const char *line, const char *ufrag)
{
  g_autoptr(GError) error = NULL;

  bh_remote_candidates_add(f->candidates, line, ufrag, &error);
  g_assert_no_error(error);
}

static void
test_waits_for_its_description(Fixture *f, gconstpointer unused)
{
  add(f, NUMBERED, NULL);
  add(f, NUMBERED, "mine");
  add(f, NUMBERED, "other");
  add(f, NUMBERED " ufrag mine", NULL);
  g_assert_cmpuint(f->n_used, ==, 0);
  bh_remote_candidates_set_generation(f->candidates, "mine");
  g_assert_cmpuint(f->n_used, ==, 3);
  g_assert_cmpstr(f->last, ==, "192.0.2.1 mine");
  add(f, NUMBERED, NULL);
  g_assert_cmpuint(f->n_used, ==, 4);
}

static void
test_leaves_out_the_former_generation(Fixture *f, gconstpointer unused)
{
  bh_remote_candidates_set_generation(f->candidates, "old");
  bh_remote_candidates_set_generation(f->candidates, "new");
  add(f, NUMBERED, "old");
  g_assert_cmpuint(f->n_used, ==, 0);
  add(f, NUMBERED, "next");
  bh_remote_candidates_set_generation(f->candidates, "next");
  g_assert_cmpstr(f->last, ==, "192.0.2.1 next");
}

static void
test_is_bounded(Fixture *f, gconstpointer unused)
{
  for (guint i = 0; i < 10 * BH_REMOTE_CANDIDATES_MAX_EARLY; i++)
    add(f, NUMBERED, "mine");
  bh_remote_candidates_set_generation(f->candidates, "mine");
  g_assert_cmpuint(f->n_used, ==, BH_REMOTE_CANDIDATES_MAX_EARLY);
  for (guint i = 0; i < 10 * BH_REMOTE_CANDIDATES_MAX_RESOLVING; i++)
    add(f, NAMED, "mine");
  g_assert_cmpuint(f->resolver->n_asked, ==, BH_REMOTE_CANDIDATES_MAX_RESOLVING);
  run_loop();
  g_assert_cmpuint(f->n_used, ==,
                   BH_REMOTE_CANDIDATES_MAX_EARLY + BH_REMOTE_CANDIDATES_MAX_RESOLVING);
}

static void
test_resolves_names(Fixture *f, gconstpointer unused)
{
  bh_remote_candidates_set_generation(f->candidates, "mine");
  add(f, NAMED, NULL);
  add(f, "candidate:1 1 udp 1 example.com 9 typ host", NULL);
  add(f, "candidate:1 1 tcp 1 192.0.2.1 9 typ host tcptype active", NULL);
  g_assert_cmpuint(f->n_used, ==, 0);
  run_loop();
  g_assert_cmpuint(f->resolver->n_asked, ==, 1);
  g_assert_cmpuint(f->n_used, ==, 1);
  g_assert_cmpstr(f->last, ==, "192.0.2.9 mine");
}

static gboolean
on_too_late(gpointer data)
{
  g_error("timed out");
  return G_SOURCE_REMOVE;
}

static void
test_asks_again(Fixture *f, gconstpointer unused)
{
  guint timer = g_timeout_add_seconds(TIMEOUT_SECONDS, on_too_late, NULL);

  f->resolver->n_failing = 1;
  bh_remote_candidates_set_generation(f->candidates, "mine");
  add(f, NAMED, NULL);
  while (f->n_used == 0)
    g_main_context_iteration(NULL, TRUE);
  g_source_remove(timer);
  g_assert_cmpuint(f->resolver->n_asked, ==, 2);
}

static void
test_stops_asking_when_settled(Fixture *f, gconstpointer unused)
{
  f->resolver->n_failing = 1;
  bh_remote_candidates_set_generation(f->candidates, "mine");
  add(f, NAMED, NULL);
  bh_remote_candidates_settle(f->candidates);
  run_loop();
  /* What was given up makes room: nothing waits for a retry. */
  for (guint i = 0; i < BH_REMOTE_CANDIDATES_MAX_RESOLVING; i++)
    add(f, NAMED, NULL);
  g_assert_cmpuint(f->resolver->n_asked, ==, 1 + BH_REMOTE_CANDIDATES_MAX_RESOLVING);
}

/* While one is asked for, one waits for its retry, and one is being used. */
static void
test_may_end_at_any_moment(Fixture *f, gconstpointer unused)
{
  f->resolver->n_failing = 1;
  f->stop_inside = TRUE;
  bh_remote_candidates_set_generation(f->candidates, "mine");
  add(f, NAMED, NULL);
  run_loop(); /* failed: waits */
  add(f, NAMED, NULL);
  add(f, NAMED, NULL);
  run_loop(); /* the first answer stops the other */
  g_assert_cmpuint(f->n_used, ==, 1);
  add(f, NAMED, NULL);
  add(f, NUMBERED, NULL);
  bh_remote_candidates_set_generation(f->candidates, "next");
  g_assert_cmpuint(f->n_used, ==, 1);
}

int
main(int argc, char **argv)
{
  static const struct {
    const char *path;
    void (*test)(Fixture *, gconstpointer);
  } tests[] = {
      {"/remote-candidates/waits-for-its-description", test_waits_for_its_description},
      {"/remote-candidates/leaves-out-the-former-generation",
       test_leaves_out_the_former_generation},
      {"/remote-candidates/is-bounded", test_is_bounded},
      {"/remote-candidates/resolves-names", test_resolves_names},
      {"/remote-candidates/asks-again", test_asks_again},
      {"/remote-candidates/stops-asking-when-settled", test_stops_asking_when_settled},
      {"/remote-candidates/may-end-at-any-moment", test_may_end_at_any_moment},
  };

  g_test_init(&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS(tests); i++)
    g_test_add(tests[i].path, Fixture, NULL, set_up, tests[i].test, tear_down);
  return g_test_run();
}
