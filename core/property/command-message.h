/* SPDX-License-Identifier: Apache-2.0 */
/*
 * command-message: what people say to each other by the simple face: `notification` ->
 * message.send, `service` -> request.open, and a guest's `line-cancel` -> line.end. The `ack` of
 * the first two bears `messageId` and `requestId`.
 */
#pragma once

#include "command-plan.h"

/** bh_command_notification_get_entity: Returns: (transfer full) (nullable): `message/<id>` */
char *bh_command_notification_get_entity(const BhCommandSender *sender, const json_t *message);

/**
 * bh_command_notification_plan: what is for one person or one device goes into the private log.
 * Guests speak to staff, whatever `to` says, once they are seated (`seating-required`).
 */
void bh_command_notification_plan(BhProperty *property, const BhCommandSender *sender,
                                  const json_t *message, BhCommandPlan *plan);

/** bh_command_service_get_entity: Returns: (transfer full) (nullable): `request/<id>` */
char *bh_command_service_get_entity(const BhCommandSender *sender, const json_t *message);

/** bh_command_service_plan: a guest's is for its own place (`seating-required`). */
void bh_command_service_plan(BhProperty *property, const BhCommandSender *sender,
                             const json_t *message, BhCommandPlan *plan);

/** bh_command_line_cancel_get_entity: Returns: (transfer full) (nullable): `order/<id>` */
char *bh_command_line_cancel_get_entity(const BhCommandSender *sender, const json_t *message);

/**
 * bh_command_line_cancel_plan: a guest takes back lines that nobody has begun with. All or none:
 * `too-late` where one is further, `unknown-order` where the order is not its table's, `forbidden`
 * where staff took it.
 */
void bh_command_line_cancel_plan(BhProperty *property, const BhCommandSender *sender,
                                 const json_t *message, BhCommandPlan *plan);
