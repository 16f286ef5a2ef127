// SPDX-License-Identifier: Apache-2.0
import "./randomness";
import "./parts.test";
import "./vectors.test";
import "./outbox.test";
import "./relay-lane.test";
import "./signaling-client.test";
import "./join.test";
import "./link-auth.test";
import "./api.test";
import "./pairing.test";
import "./topology.test";
import "./connection.test";
import "./pages.test";
import "./house.test";
import "./move.test";
import "./pair-flow.test";
