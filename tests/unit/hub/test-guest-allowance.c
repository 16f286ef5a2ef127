/* SPDX-License-Identifier: Apache-2.0 */
#include "guest-allowance.h"

#define SECOND ((gint64)G_TIME_SPAN_SECOND)

static gint64 now_us;

static BhGuestAllowances *
allowances_new(void)
{
  BhLimitSet limits;

  now_us = 1000 * SECOND;
  bh_limit_set_init(&limits);
  bh_limit_set_put(&limits, BH_LIMIT_MESSAGES_PER_SECOND, 10);
  bh_limit_set_put(&limits, BH_LIMIT_MESSAGE_BURST, 20);
  return bh_guest_allowances_new(&limits);
}

/* Returns: how many of @count got @verdict */
static guint
say(BhGuestAllowance *allowance, guint count, BhGuestVerdict verdict)
{
  guint n = 0;

  for (guint i = 0; i < count; i++)
    n += bh_guest_allowance_take_message(allowance, now_us) == verdict ? 1 : 0;
  return n;
}

static void
test_messages(void)
{
  BhGuestAllowances *allowances = allowances_new();
  BhGuestAllowance *allowance = bh_guest_allowances_find(allowances, "phone", now_us);

  g_assert_cmpuint(say(allowance, 20, BH_GUEST_MAY), ==, 20);
  /* Told once a second, not for each. */
  g_assert_cmpuint(say(allowance, 1, BH_GUEST_MAY_NOT_TELL), ==, 1);
  g_assert_cmpuint(say(allowance, 5, BH_GUEST_MAY_NOT), ==, 5);
  now_us += SECOND;
  g_assert_cmpuint(say(allowance, 10, BH_GUEST_MAY), ==, 10);
  g_assert_cmpuint(say(allowance, 1, BH_GUEST_MAY_NOT_TELL), ==, 1);
  /* As much as it may say is never too much, however long. */
  for (guint i = 0; i < 1000; i++) {
    now_us += SECOND / 10;
    g_assert_cmpuint(say(allowance, 1, BH_GUEST_MAY), ==, 1);
  }
  bh_guest_allowance_unref(allowance);
  bh_guest_allowances_free(allowances);
}

static void
test_flood(void)
{
  BhGuestAllowances *allowances = allowances_new();
  BhGuestAllowance *allowance = bh_guest_allowances_find(allowances, "phone", now_us);

  say(allowance, 20, BH_GUEST_MAY);
  g_assert_cmpuint(say(allowance, 20, BH_GUEST_MAY_NOT_CLOSE), ==, 0);
  g_assert_cmpuint(say(allowance, 3, BH_GUEST_MAY_NOT_CLOSE), ==, 3);
  /* Who goes on at once is closed at once; who has been quiet begins anew. */
  now_us += SECOND / 10;
  g_assert_cmpuint(say(allowance, 1, BH_GUEST_MAY), ==, 1);
  g_assert_cmpuint(say(allowance, 1, BH_GUEST_MAY_NOT_CLOSE), ==, 1);
  now_us += 2 * SECOND;
  g_assert_cmpuint(say(allowance, 20, BH_GUEST_MAY), ==, 20);
  g_assert_cmpuint(say(allowance, 1, BH_GUEST_MAY_NOT_TELL), ==, 1);
  bh_guest_allowance_unref(allowance);
  bh_guest_allowances_free(allowances);
}

/* Another page, or a later one, has no other allowance; another guest has. */
static void
test_by_device(void)
{
  BhGuestAllowances *allowances = allowances_new();
  BhGuestAllowance *one = bh_guest_allowances_find(allowances, "phone", now_us);
  BhGuestAllowance *other = bh_guest_allowances_find(allowances, "phone", now_us);
  BhGuestAllowance *neighbour = bh_guest_allowances_find(allowances, "neighbour", now_us);

  g_assert_cmpuint(say(one, 20, BH_GUEST_MAY), ==, 20);
  g_assert_cmpuint(say(other, 1, BH_GUEST_MAY), ==, 0);
  g_assert_cmpuint(say(neighbour, 20, BH_GUEST_MAY), ==, 20);
  bh_guest_allowance_unref(one);
  bh_guest_allowance_unref(other);
  one = bh_guest_allowances_find(allowances, "phone", now_us);
  g_assert_cmpuint(say(one, 1, BH_GUEST_MAY), ==, 0);
  bh_guest_allowance_unref(one);
  bh_guest_allowance_unref(neighbour);
  bh_guest_allowances_free(allowances);
}

static void
add_passing(BhGuestAllowances *allowances, guint count)
{
  for (guint i = 0; i < count; i++) {
    g_autofree char *id = g_strdup_printf("passing-%u-%" G_GINT64_FORMAT, i, now_us);

    bh_guest_allowance_unref(bh_guest_allowances_find(allowances, id, now_us));
  }
}

static void
test_offers(void)
{
  BhGuestAllowances *allowances = allowances_new();
  BhGuestAllowance *one = bh_guest_allowances_find(allowances, "phone", now_us);
  BhGuestAllowance *other = bh_guest_allowances_find(allowances, "phone", now_us);
  guint taken = 0;

  for (guint i = 0; i < 100; i++)
    taken += bh_guest_allowance_take_offer(i % 2 == 0 ? one : other, now_us) ? 1 : 0;
  g_assert_cmpuint(taken, ==, 20);
  now_us += SECOND;
  g_assert_true(bh_guest_allowance_take_offer(other, now_us));
  g_assert_false(bh_guest_allowance_take_offer(one, now_us));
  bh_guest_allowance_unref(one);
  bh_guest_allowance_unref(other);
  bh_guest_allowances_free(allowances);
}

/* What is held, or was used a moment ago, stays. */
static void
test_forgotten(void)
{
  BhGuestAllowances *allowances = allowances_new();
  BhGuestAllowance *held = bh_guest_allowances_find(allowances, "held", now_us);
  BhGuestAllowance *again;

  for (guint i = 0; i < 10; i++) {
    now_us += 30 * SECOND;
    add_passing(allowances, 100);
    g_assert_cmpuint(bh_guest_allowances_get_size(allowances), <=, 400);
  }
  say(held, 20, BH_GUEST_MAY);
  again = bh_guest_allowances_find(allowances, "held", now_us);
  g_assert_true(again == held);
  bh_guest_allowance_unref(again);
  bh_guest_allowance_unref(held);
  add_passing(allowances, 1000);
  held = bh_guest_allowances_find(allowances, "held", now_us);
  g_assert_cmpuint(say(held, 1, BH_GUEST_MAY), ==, 0);
  bh_guest_allowance_unref(held);
  bh_guest_allowances_free(allowances);
}

int
main(int argc, char **argv)
{
  g_test_init(&argc, &argv, NULL);
  g_test_add_func("/guest-allowance/messages", test_messages);
  g_test_add_func("/guest-allowance/flood", test_flood);
  g_test_add_func("/guest-allowance/offers", test_offers);
  g_test_add_func("/guest-allowance/by-device", test_by_device);
  g_test_add_func("/guest-allowance/forgotten", test_forgotten);
  return g_test_run();
}
