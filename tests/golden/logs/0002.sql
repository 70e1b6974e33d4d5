BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'helm','0001_event_log','2026-11-23 06:39:33.188017+00:00');
INSERT INTO "_sqlite_migrations" VALUES(2,'helm','0002_history','2026-11-23 06:39:33.195430+00:00');
CREATE TABLE events (
    position       INTEGER PRIMARY KEY CHECK (position > 0), -- the order of the whole log
    run_id         TEXT    NOT NULL CHECK (run_id <> ''),
    seq            INTEGER NOT NULL CHECK (seq >= 0),        -- the order within the run: 0, 1, 2 ...
    kind           TEXT    NOT NULL CHECK (kind <> ''),
    schema_version INTEGER NOT NULL CHECK (schema_version >= 1),
    recorded_at    TEXT    NOT NULL,                         -- UTC; to be shown, never to order by
    body           TEXT    NOT NULL CHECK (json_valid(body)),
    digest         TEXT    NOT NULL CHECK (length(digest) = 64),
    UNIQUE (run_id, seq)
) STRICT;
INSERT INTO "events" VALUES(1,'01KG9YS7KV0000000000000000',0,'RunStarted',2,'2026-01-31T12:00:00.123Z','{"spec":{"id":"spec-00-example","name":"An example","workspace":".","path":"specs/spec-00-example","body":{"path":"specs/spec-00-example/SPEC.md","text":"# An example\n\nAccept ä, 漢 and 🜁.\n","sha256":"014cdb68a7dacaab8b6925c46ccd6fdeeb28f6eac489d74a356b3e22c6755bba"},"checklist":{"path":"specs/spec-00-example/acceptance-checklist.md","text":"- [ ] an empty list\n","sha256":"720a0234502e5e9641f9a0b0c63eb7f19ed8d688a8b04823ce40bab81f3fbe07"},"worker_template":{"path":"specs/implement.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n","sha256":"f0def65c0465d505a1dcfa56adbb05770abe614ae14ce25dbb391f1dbe96cc53"},"verifier_template":{"path":"specs/review.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n","sha256":"44e4930154c1251601f2f635bacf68df0f3f858eaa67f7f236a0a0474e314f57"},"metadata":{"path":"specs/spec-00-example/metadata.json","text":"{\n  \"status\": \"todo\"\n}\n","sha256":"72f897e5158c50ca4895ccb758854176977a26cf7b643a4ba8588c29b1625051"}},"acceptance_commands":["make test"],"settings":{"mode":"parallel","max_attempts":3,"worker":{"model":"worker-model","reasoning":"high"},"verifier":{"model":"verifier-model","reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":5400.0,"verifier_timeout":null,"idle_timeout":3600.0,"redact":["sk-[a-z]+"]},"remaining_tasks":[],"unmet_dependencies":[],"helm_version":"0.1.0","report_format":1,"operator":"ann@desk"}','672d521f0ff758bbae4b575f127f20947d89cb28ebbabd15b1e02c648ffd06a8');
INSERT INTO "events" VALUES(2,'01KG9YS7KV0000000000000000',1,'AttemptStarted',1,'2026-01-31T12:00:01.623Z','{"attempt":1}','60b2590ebbe6bb8d9b8364e48f32eb8a5c317c86c0cd208b18cddd2354168846');
INSERT INTO "events" VALUES(3,'01KG9YS7KV0000000000000000',2,'WorkerLaunched',1,'2026-01-31T12:00:03.123Z','{"attempt":1,"launch":1,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[]\n","argv":["codex","exec","--json","-"]}','ed76df874832217b9f4fcdff825748fb114da6fb67527558939674149008f031');
INSERT INTO "events" VALUES(4,'01KG9YS7KV0000000000000000',3,'AgentSpawned',1,'2026-01-31T12:00:04.623Z','{"launch":1,"pid":4711,"process_group":4711,"started_at":1769860800.25}','bb1c8945eb8b6f52dfeba7d54d6cb3bd810820c1bd20215334571ae621c7b53d');
INSERT INTO "events" VALUES(5,'01KG9YS7KV0000000000000000',4,'SessionOpened',1,'2026-01-31T12:00:06.123Z','{"launch":1,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','6529a99464f63cf6e1ee5d942998e6be3f6ed8edcd8aa1cc63746bc2ae4268c3');
INSERT INTO "events" VALUES(6,'01KG9YS7KV0000000000000000',5,'ActivityReported',1,'2026-01-31T12:00:07.623Z','{"launch":1,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','79861cfb1cb7b02885b1577b89950bb6fdf80abbdad8768ec2942b4697bc4cad');
INSERT INTO "events" VALUES(7,'01KG9YS7KV0000000000000000',6,'ActivityReported',1,'2026-01-31T12:00:09.123Z','{"launch":1,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','773fd765d20f54c678ac81b74eb32b2cf83c804e2496f4f5a2cd0a0fe36466c9');
INSERT INTO "events" VALUES(8,'01KG9YS7KV0000000000000000',7,'ActivityReported',1,'2026-01-31T12:00:10.623Z','{"launch":1,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','8e8ef727f743e51c0d80beec5eb9975e791215a76c18d4e7d0cf186dcfdd74a3');
INSERT INTO "events" VALUES(9,'01KG9YS7KV0000000000000000',8,'ActivityReported',1,'2026-01-31T12:00:12.123Z','{"launch":1,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','5ee83a4f41a1136958332809f9550e50ed8f6d879490ed8842be10989dfeea02');
INSERT INTO "events" VALUES(10,'01KG9YS7KV0000000000000000',9,'ActivityReported',1,'2026-01-31T12:00:13.623Z','{"launch":1,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','477def09e695b133c028b8f6480550b3bf5a909b2b95afeb8b593f8534f520ef');
INSERT INTO "events" VALUES(11,'01KG9YS7KV0000000000000000',10,'ActivityReported',1,'2026-01-31T12:00:15.123Z','{"launch":1,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','42d0a365a597b8835017da879e03851d52b55e3b30a6c81466c75b2a662211e5');
INSERT INTO "events" VALUES(12,'01KG9YS7KV0000000000000000',11,'ActivityReported',1,'2026-01-31T12:00:16.623Z','{"launch":1,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','c7ac4d46a671a64e714c6dcb477a7e9ba1bb70a0b527a0cdd5d55689cce84f5e');
INSERT INTO "events" VALUES(13,'01KG9YS7KV0000000000000000',12,'ActivityReported',1,'2026-01-31T12:00:18.123Z','{"launch":1,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','dde777f5bdf20310c3b6e1889f901f24e8a4c5db9e0b14a101ba9cee6bfe6ccb');
INSERT INTO "events" VALUES(14,'01KG9YS7KV0000000000000000',13,'ActivityReported',1,'2026-01-31T12:00:19.623Z','{"launch":1,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','aa3d4082e72f1004310c88019f4b286e2e445a1d077cbefcbe80c008285ac834');
INSERT INTO "events" VALUES(15,'01KG9YS7KV0000000000000000',14,'ActivityReported',1,'2026-01-31T12:00:21.123Z','{"launch":1,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','46f0364548738d37d5009f373724e753046cb9097c6774d5887e49ddd29590c8');
INSERT INTO "events" VALUES(16,'01KG9YS7KV0000000000000000',15,'OutputCaptured',1,'2026-01-31T12:00:22.623Z','{"launch":1,"channel":"stdout","offset":0,"length":5,"sha256":"0ddca2f91b4dfa3aa00fe0be0b165bb29258157fa221b105e9ecd28458b7ea9a"}','0b570fbad13cc1126f58d83de9994e9f7069b5b49a583d307c6c7673c8e9c4a6');
INSERT INTO "events" VALUES(17,'01KG9YS7KV0000000000000000',16,'OutputCaptured',1,'2026-01-31T12:00:24.123Z','{"launch":1,"channel":"stdout","offset":5,"length":5,"sha256":"f2b6608af3f42d420b76fbc4fa6796cddfa5bb9f1242290ab886f1895725e7bd"}','9843f889bdc4a7e59cf7345fb0459465cb3810e7d104d8b83913e46629d58d11');
INSERT INTO "events" VALUES(18,'01KG9YS7KV0000000000000000',17,'OutputCaptured',1,'2026-01-31T12:00:25.623Z','{"launch":1,"channel":"stderr","offset":0,"length":3,"sha256":"a2d8daa4281b886508f0abfe6e8f736e34f4dcaae4374e390ebf699f83d2b44f"}','176f19948f8f0ca8fb983d7681edadee34b483d6bda5f332d44c6719b1396ba0');
INSERT INTO "events" VALUES(19,'01KG9YS7KV0000000000000000',18,'OutputCaptured',1,'2026-01-31T12:00:27.123Z','{"launch":1,"channel":"stderr","offset":3,"length":4,"sha256":"eb68452c7d8221f819bf86d51e7aa97b4181f1315a5dae7689a7c99fc590d932"}','fd9368a5b590d2544845c62bcf89b5c0f0c40a70832f0697b36cb0b9990220ae');
INSERT INTO "events" VALUES(20,'01KG9YS7KV0000000000000000',19,'InputChanged',1,'2026-01-31T12:00:28.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','70cca7816879b7c393ab1c3938c17d02c78aa871768ba11e60e3ad7cc9b3bbf5');
INSERT INTO "events" VALUES(21,'01KG9YS7KV0000000000000000',20,'WorkerFinished',1,'2026-01-31T12:00:30.123Z','{"launch":1,"ending":"stopped","exit_code":null,"signal":15,"seconds":61.5,"report":"half of it","usage":null,"stdout":{"length":10,"sha256":"79fc9ae17531330efc8af533faae64e2d1c7bc44edf22e4723ae19da32dc8d82"},"stderr":{"length":7,"sha256":"bf961ac7296d39478cbd2ddc30568e45a0c2fcbadea50dfc30108f4f9508a8aa"}}','8727abd22cffa7f34537758c679bf15491241efa31d546f4be8f7b841cba4d41');
INSERT INTO "events" VALUES(22,'01KG9YS7KV0000000000000000',21,'RunHalted',1,'2026-01-31T12:00:30.123Z','{"cause":"SIGINT","detail":"the agent stopped"}','658cb8786354435b2b83ae93701874de8ccfa3e964d4d394f44cb8586552a7da');
INSERT INTO "events" VALUES(23,'01KG9YS7KV0000000000000000',22,'RunResumed',2,'2026-01-31T12:00:31.623Z','{"settings":{"mode":"parallel","max_attempts":3,"worker":{"model":"worker-model","reasoning":"high"},"verifier":{"model":"verifier-model","reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":5400.0,"verifier_timeout":null,"idle_timeout":3600.0,"redact":["sk-[a-z]+"]},"operator":"bob@lab"}','62f01d9c58215e0b0a34c9400e0f272f939a7078801809cafec0590eaedcce57');
INSERT INTO "events" VALUES(24,'01KG9YS7KV0000000000000000',23,'WorkerLaunched',1,'2026-01-31T12:00:33.123Z','{"attempt":1,"launch":2,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[]\n","argv":["codex","exec","--json","-"]}','b9eaac70d5340a0de82acd28d3942bf703730d235bd55cd80f9f7a9ef7365bcd');
INSERT INTO "events" VALUES(25,'01KG9YS7KV0000000000000000',24,'AgentSpawned',1,'2026-01-31T12:00:34.623Z','{"launch":2,"pid":4711,"process_group":4711,"started_at":1769860800.25}','1b1ce4db914643d2c2fb28b2a215e360412b3663447ffbacbcd90357b39019b1');
INSERT INTO "events" VALUES(26,'01KG9YS7KV0000000000000000',25,'SessionOpened',1,'2026-01-31T12:00:36.123Z','{"launch":2,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','4f16377eed000e4981504e94f3c150ebed5fbc8557cb4730912bf754b6eab4c2');
INSERT INTO "events" VALUES(27,'01KG9YS7KV0000000000000000',26,'ActivityReported',1,'2026-01-31T12:00:37.623Z','{"launch":2,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','622660c44a703c3ea967d2b30647605a0272ce464c381d05ca46da79f9f6c972');
INSERT INTO "events" VALUES(28,'01KG9YS7KV0000000000000000',27,'ActivityReported',1,'2026-01-31T12:00:39.123Z','{"launch":2,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','98bb5dcb8282071afceed6f1d83b2eb7df16ca08898e452d2607fbe642c061a2');
INSERT INTO "events" VALUES(29,'01KG9YS7KV0000000000000000',28,'ActivityReported',1,'2026-01-31T12:00:40.623Z','{"launch":2,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','a1e0ee5ecd93e4dce3f2756abfb0a829a09aa7f095e94c43b9212835db8e32b2');
INSERT INTO "events" VALUES(30,'01KG9YS7KV0000000000000000',29,'ActivityReported',1,'2026-01-31T12:00:42.123Z','{"launch":2,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','79e5426ff5f887a6a783f5d3087d206c9b695c8e8c5c10bb0d73793406126261');
INSERT INTO "events" VALUES(31,'01KG9YS7KV0000000000000000',30,'ActivityReported',1,'2026-01-31T12:00:43.623Z','{"launch":2,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','98c02a6454c5caf0c59afe8c08253e275d170f9170aba2d0d2443cb4e268f2d0');
INSERT INTO "events" VALUES(32,'01KG9YS7KV0000000000000000',31,'ActivityReported',1,'2026-01-31T12:00:45.123Z','{"launch":2,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','c98e8270c16d3c74b14a6eab3f6d7f0e539666fd9ff417af832cc4da70ea632d');
INSERT INTO "events" VALUES(33,'01KG9YS7KV0000000000000000',32,'ActivityReported',1,'2026-01-31T12:00:46.623Z','{"launch":2,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','cdffd872504c344aa33aa6ff064151466bc72ee7fddfdad88be8e954862111a7');
INSERT INTO "events" VALUES(34,'01KG9YS7KV0000000000000000',33,'ActivityReported',1,'2026-01-31T12:00:48.123Z','{"launch":2,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','37818f7034f4b5db1dc557fffafc244de0855858ed31673965c64509219b66ee');
INSERT INTO "events" VALUES(35,'01KG9YS7KV0000000000000000',34,'ActivityReported',1,'2026-01-31T12:00:49.623Z','{"launch":2,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','732bfe1daa5fe7fa307adc6092431d52bd8a4c4441fb2913acb31174e210fb9c');
INSERT INTO "events" VALUES(36,'01KG9YS7KV0000000000000000',35,'ActivityReported',1,'2026-01-31T12:00:51.123Z','{"launch":2,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','1a77cbfc505773046a3d4509dba89971186be9df68ff54e599cc9dc053dc4f6a');
INSERT INTO "events" VALUES(37,'01KG9YS7KV0000000000000000',36,'OutputCaptured',1,'2026-01-31T12:00:52.623Z','{"launch":2,"channel":"stdout","offset":0,"length":33,"sha256":"97668a5f8633eebe423d53e448c7723678bca7001f541e621582c12de5eec978"}','9343cb44130373d4d07b6e96e290808a300338f9f5912843b9c693844eabd2a9');
INSERT INTO "events" VALUES(38,'01KG9YS7KV0000000000000000',37,'OutputCaptured',1,'2026-01-31T12:00:54.123Z','{"launch":2,"channel":"stdout","offset":33,"length":34,"sha256":"b9e58555f17d71b3cd157412c612b4400ac6cda080ba6a8ddff2454e16a9599e"}','679832638afe3892b67ee38af6081139fcad15139ccfc7a17b3109cfdb2aa4ae');
INSERT INTO "events" VALUES(39,'01KG9YS7KV0000000000000000',38,'OutputCaptured',1,'2026-01-31T12:00:55.623Z','{"launch":2,"channel":"stderr","offset":0,"length":6,"sha256":"1a1c1a65ada4910c71d09f389d91c1e4ceee17556c74e6ae2662423882c554ef"}','d120aeeb62bf2b2b0d8cf4a3f9ecf20782150cd83d501c9948569cb1e9444547');
INSERT INTO "events" VALUES(40,'01KG9YS7KV0000000000000000',39,'OutputCaptured',1,'2026-01-31T12:00:57.123Z','{"launch":2,"channel":"stderr","offset":6,"length":7,"sha256":"1605b9200a98f45ebe0acdde5c3fa4a7ad5cb6cca6e28676607262df386314c7"}','b5f968641238860345ef2616faac80a33b53d457885ca338ce887485135696c5');
INSERT INTO "events" VALUES(41,'01KG9YS7KV0000000000000000',40,'InputChanged',1,'2026-01-31T12:00:58.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','07353773704218b7ce8da5a1b06907cb78ac1173bfdc28bdc264e4f04ad729b5');
INSERT INTO "events" VALUES(42,'01KG9YS7KV0000000000000000',41,'WorkerFinished',1,'2026-01-31T12:01:00.123Z','{"launch":2,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"The parser accepts an empty list now. 漢字, and a key: sk-secret\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":67,"sha256":"0f17979dd6340b55895e5eac845f0922f24315850730acd79397e69d17862355"},"stderr":{"length":13,"sha256":"12c1357a66efc9740570e1943eb45974f78f8944911e7405747d1f1161ba135d"}}','b0d3af165626facc49e0486afd23a83f8271fdcece25757f03dac323bc2f9c68');
INSERT INTO "events" VALUES(43,'01KG9YS7KV0000000000000000',42,'VerifierLaunched',1,'2026-01-31T12:01:01.623Z','{"attempt":1,"launch":3,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- [ ] an empty list\n\nThe parser accepts an empty list now. 漢字, and a key: sk-secret\n\n","argv":["codex","exec","--json","--sandbox","read-only","-"]}','a78df75daa3c259f6e0564fe82f0897c5201c40db51f02db20c71cd0467b0d81');
INSERT INTO "events" VALUES(44,'01KG9YS7KV0000000000000000',43,'AgentSpawned',1,'2026-01-31T12:01:03.123Z','{"launch":3,"pid":4712,"process_group":4712,"started_at":1769860900.5}','5718930b741d18a58531f38147e17fc962a3e7b861e7cc4f104ded0439dd7c1d');
INSERT INTO "events" VALUES(45,'01KG9YS7KV0000000000000000',44,'OutputCaptured',1,'2026-01-31T12:01:04.623Z','{"launch":3,"channel":"stdout","offset":0,"length":41,"sha256":"c6f55616d1def3e80aa496313a38e1e7d0bfb4d187122fc0eabae85dc90602c1"}','cda968e92b6cfcbdd25ad903ddcdd838561fbb2426b37bc60c37271a0974a1b5');
INSERT INTO "events" VALUES(46,'01KG9YS7KV0000000000000000',45,'OutputCaptured',1,'2026-01-31T12:01:06.123Z','{"launch":3,"channel":"stdout","offset":41,"length":42,"sha256":"4dad41d953065d1bfe532987ac734240d34906256b3c77e7b86a8a16acd21fdf"}','70fed2372a5ed3e0c489775620bbfb34f5da921aa166e333cc100d33df3ce0e6');
INSERT INTO "events" VALUES(47,'01KG9YS7KV0000000000000000',46,'VerifierFinished',1,'2026-01-31T12:01:07.623Z','{"launch":3,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"STATUS: missing\n{\"remainingTasks\": [\"accept an empty list\", \"say so in the docs\"]}\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":83,"sha256":"02aed79d19bf2604ccd414e391fdff881568d35ac34ca3699072e646db749b4c"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','007829b597a99328abfdb21d084e72f6423938f71af1296a62f7412eab1ea492');
INSERT INTO "events" VALUES(48,'01KG9YS7KV0000000000000000',47,'VerdictGiven',1,'2026-01-31T12:01:07.623Z','{"attempt":1,"launch":3,"status":"missing","remaining_tasks":["accept an empty list","say so in the docs"],"commentary":""}','0d99fb2280bd7375dc823ed391cf0a23c95d675d6f8829771fe8aae525b91692');
INSERT INTO "events" VALUES(49,'01KG9YS7KV0000000000000000',48,'AttemptStarted',1,'2026-01-31T12:01:09.123Z','{"attempt":2}','440e50aa44d8660d372443ea053bc350430a2bcbe873b5dc3910f835b918096f');
INSERT INTO "events" VALUES(50,'01KG9YS7KV0000000000000000',49,'WorkerLaunched',1,'2026-01-31T12:01:10.623Z','{"attempt":2,"launch":4,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[\n  \"accept an empty list\",\n  \"say so in the docs\"\n]\n","argv":["codex","exec","--json","-"]}','fc581927127971c1c3226343e26cc12b6048e0b19ab97eaa465f6341405064ac');
INSERT INTO "events" VALUES(51,'01KG9YS7KV0000000000000000',50,'AgentSpawned',1,'2026-01-31T12:01:12.123Z','{"launch":4,"pid":4711,"process_group":4711,"started_at":1769860800.25}','7138384a8d254013940948b944d906d4256d0b542a174debd9da3ab2b11f979c');
INSERT INTO "events" VALUES(52,'01KG9YS7KV0000000000000000',51,'SessionOpened',1,'2026-01-31T12:01:13.623Z','{"launch":4,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','c50174080c7906e99b075284d3fff75d46be3b496ee0d4691f0508c00d4fd08c');
INSERT INTO "events" VALUES(53,'01KG9YS7KV0000000000000000',52,'ActivityReported',1,'2026-01-31T12:01:15.123Z','{"launch":4,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','c80d42113315f946f405af4a154a290c61cb072c51b13e61a894fb9b03a5a205');
INSERT INTO "events" VALUES(54,'01KG9YS7KV0000000000000000',53,'ActivityReported',1,'2026-01-31T12:01:16.623Z','{"launch":4,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','9fdd602f83c44a05ee93d432fedf624da899b587d4f730b47fdcba3a8248aaf5');
INSERT INTO "events" VALUES(55,'01KG9YS7KV0000000000000000',54,'ActivityReported',1,'2026-01-31T12:01:18.123Z','{"launch":4,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','8084ae16e16342ca7e3eb9509ff880797985b1fa60432e0b2e7d22fc959c1f04');
INSERT INTO "events" VALUES(56,'01KG9YS7KV0000000000000000',55,'ActivityReported',1,'2026-01-31T12:01:19.623Z','{"launch":4,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','59b5ffdaace56df749eae3074993f30df1c23f62de634e1a4f590227066c485d');
INSERT INTO "events" VALUES(57,'01KG9YS7KV0000000000000000',56,'ActivityReported',1,'2026-01-31T12:01:21.123Z','{"launch":4,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','91c6223798f67b7c5aeed9d74d0c5188dfe2c5d3762dde3f299928696aade470');
INSERT INTO "events" VALUES(58,'01KG9YS7KV0000000000000000',57,'ActivityReported',1,'2026-01-31T12:01:22.623Z','{"launch":4,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','79061fd70035d4fe9f61b74de24f78dd4959d0400a15f8fb6a98c47d4f49dd41');
INSERT INTO "events" VALUES(59,'01KG9YS7KV0000000000000000',58,'ActivityReported',1,'2026-01-31T12:01:24.123Z','{"launch":4,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','144e1bd5a349fd26b7f23b40e3ad2958b8b6ba38c847c300e33bb376843b9c45');
INSERT INTO "events" VALUES(60,'01KG9YS7KV0000000000000000',59,'ActivityReported',1,'2026-01-31T12:01:25.623Z','{"launch":4,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','a69edb2b60fba7e62eb3e750b5e4c4e1f0cb074d59e915d80d27b5b8b674d868');
INSERT INTO "events" VALUES(61,'01KG9YS7KV0000000000000000',60,'ActivityReported',1,'2026-01-31T12:01:27.123Z','{"launch":4,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','65969fded905329bace09efd7e163b4ae7dea1b898f29f7932c595cbab533d50');
INSERT INTO "events" VALUES(62,'01KG9YS7KV0000000000000000',61,'ActivityReported',1,'2026-01-31T12:01:28.623Z','{"launch":4,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','3622cc60607c7958775d74fee6931dea452c619ada0c21ba13593ce83f7b810c');
INSERT INTO "events" VALUES(63,'01KG9YS7KV0000000000000000',62,'OutputCaptured',1,'2026-01-31T12:01:30.123Z','{"launch":4,"channel":"stdout","offset":0,"length":3,"sha256":"24b6bef25e6e1efd34fdef52e772b39bfd818a77b5eea88f1badfe790361b7e5"}','55aa277ab6c384c363422708cc598c07d00c3870eb08d5479e43b1df8fa3dc5c');
INSERT INTO "events" VALUES(64,'01KG9YS7KV0000000000000000',63,'OutputCaptured',1,'2026-01-31T12:01:31.623Z','{"launch":4,"channel":"stdout","offset":3,"length":3,"sha256":"9dfeec3213b7bf9e4e932df701691c33284ec0a3371182248b94d5ea5a07d13d"}','d97918f1f50d688b81fa95b32a52c4a33f7179d000cd72adb21b5aa8ab7a331f');
INSERT INTO "events" VALUES(65,'01KG9YS7KV0000000000000000',64,'InputChanged',1,'2026-01-31T12:01:33.123Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','0e5bfdc5fa56a6ac04e9c412c4aab110361c1533a0b13e1d8c939b31192d1ea0');
INSERT INTO "events" VALUES(66,'01KG9YS7KV0000000000000000',65,'WorkerFinished',1,'2026-01-31T12:01:34.623Z','{"launch":4,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"Done.\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":6,"sha256":"16fceed19d3f55f9da618f9b89fe69d717d6015113a0d8312af96ea0eabee312"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','f344d272c522a713c23a9850e208216e076d069681903bc7269ea3c85d53b502');
INSERT INTO "events" VALUES(67,'01KG9YS7KV0000000000000000',66,'VerifierLaunched',1,'2026-01-31T12:01:36.123Z','{"attempt":2,"launch":5,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- [ ] an empty list\n\nDone.\n\n","argv":["codex","exec","--json","--sandbox","read-only","-"]}','279e128d84245b549debc77e3357954150a63edaeeed6c30023da84effa60c07');
INSERT INTO "events" VALUES(68,'01KG9YS7KV0000000000000000',67,'AgentSpawned',1,'2026-01-31T12:01:37.623Z','{"launch":5,"pid":4712,"process_group":4712,"started_at":1769860900.5}','71548defa69c7d9f947fa927fb1c9fc44bec5795c02bcd78b7590bf276ed85d2');
INSERT INTO "events" VALUES(69,'01KG9YS7KV0000000000000000',68,'OutputCaptured',1,'2026-01-31T12:01:39.123Z','{"launch":5,"channel":"stdout","offset":0,"length":36,"sha256":"93589dcc4c50520c07b7db4308269e0f36df48476711872025f256a38b9265d5"}','daa5f41e9f554c4ef13f9b7a45a05ee41266ecab44e3839726a2c6e82469b11c');
INSERT INTO "events" VALUES(70,'01KG9YS7KV0000000000000000',69,'OutputCaptured',1,'2026-01-31T12:01:40.623Z','{"launch":5,"channel":"stdout","offset":36,"length":37,"sha256":"1efd7fb4d2fc9fbf3cd6bdb27e6d6588a6b02d1bb712605805fb2af4267e90c9"}','4971c20de22849c785d3327e7ad16eabd81fbd72cd05000f5d575985227f3d76');
INSERT INTO "events" VALUES(71,'01KG9YS7KV0000000000000000',70,'VerifierFinished',1,'2026-01-31T12:01:42.123Z','{"launch":5,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"STATUS: missing\n{\"remainingTasks\": [\"say so in the docs\"]}\nNearly there.\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":73,"sha256":"ca2cabbe220fad945efb2b1e9b9db900d5ea35bc2df59e6f3b15230e751e2769"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','0594da84590fd52d020fa44417ba21b8b69b65e1a2b4442e87faf0c9d46eb9d9');
INSERT INTO "events" VALUES(72,'01KG9YS7KV0000000000000000',71,'VerdictGiven',1,'2026-01-31T12:01:42.123Z','{"attempt":2,"launch":5,"status":"missing","remaining_tasks":["say so in the docs"],"commentary":"Nearly there.\n"}','24818228a515107b482e1c7852e8e314fbb71ab3058a9468dc5f43d8ee4d94da');
INSERT INTO "events" VALUES(73,'01KG9YS7KV0000000000000000',72,'AttemptStarted',1,'2026-01-31T12:01:43.623Z','{"attempt":3}','88b63a989093791431601a6f9958897296a1f9cd8a06d91935284e9b8c77b396');
INSERT INTO "events" VALUES(74,'01KG9YS7KV0000000000000000',73,'WorkerLaunched',1,'2026-01-31T12:01:45.123Z','{"attempt":3,"launch":6,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[\n  \"say so in the docs\"\n]\n","argv":["codex","exec","--json","-"]}','b2bd0ad8581809d49f0142f77bd70489b833ded21754c9d3d6bf8fe290eba907');
INSERT INTO "events" VALUES(75,'01KG9YS7KV0000000000000000',74,'AgentSpawned',1,'2026-01-31T12:01:46.623Z','{"launch":6,"pid":4711,"process_group":4711,"started_at":1769860800.25}','ecd155051d27297a54564d29c262d3b1812c5bfb85fa954f569b64d577bca3b1');
INSERT INTO "events" VALUES(76,'01KG9YS7KV0000000000000000',75,'SessionOpened',1,'2026-01-31T12:01:48.123Z','{"launch":6,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','a9281d7173e49bc364a7307bcc7eb706932f83193d139a13ee0ccad003b13680');
INSERT INTO "events" VALUES(77,'01KG9YS7KV0000000000000000',76,'ActivityReported',1,'2026-01-31T12:01:49.623Z','{"launch":6,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','dd986449d9ede219fe3fcb6bcd5b880df716f589cf1cc1435b7fea239fd245f3');
INSERT INTO "events" VALUES(78,'01KG9YS7KV0000000000000000',77,'ActivityReported',1,'2026-01-31T12:01:51.123Z','{"launch":6,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','0713ebe8e95109704baffd16c6b75ad57c7698a62945fdb251fad9b4eb737124');
INSERT INTO "events" VALUES(79,'01KG9YS7KV0000000000000000',78,'ActivityReported',1,'2026-01-31T12:01:52.623Z','{"launch":6,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','7060a75a0313f53946a04b8cd46f1827b2d03edbaa62666fd26970cc2fa671f3');
INSERT INTO "events" VALUES(80,'01KG9YS7KV0000000000000000',79,'ActivityReported',1,'2026-01-31T12:01:54.123Z','{"launch":6,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','1175188170659fad99a1bfa76b25dd9123214680a7f865ee3d16ee844667dbc6');
INSERT INTO "events" VALUES(81,'01KG9YS7KV0000000000000000',80,'ActivityReported',1,'2026-01-31T12:01:55.623Z','{"launch":6,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','b13f639338834e5e215cc8de8bdda2662e3ff56fbd89ffafe6d1e63892df700a');
INSERT INTO "events" VALUES(82,'01KG9YS7KV0000000000000000',81,'ActivityReported',1,'2026-01-31T12:01:57.123Z','{"launch":6,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','2f134ed433262c809db493440a104da136a9ae311c2c9ec2866f19efbe8b8f86');
INSERT INTO "events" VALUES(83,'01KG9YS7KV0000000000000000',82,'ActivityReported',1,'2026-01-31T12:01:58.623Z','{"launch":6,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','a4649e320824c0af2a8ec6d50fe6e98d1d84940b60b4af118a78f823989ecefc');
INSERT INTO "events" VALUES(84,'01KG9YS7KV0000000000000000',83,'ActivityReported',1,'2026-01-31T12:02:00.123Z','{"launch":6,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','1e185114081ab82fdb4c75d8a0029d5c8deac88b3b4e1f70548840b611b4ae7b');
INSERT INTO "events" VALUES(85,'01KG9YS7KV0000000000000000',84,'ActivityReported',1,'2026-01-31T12:02:01.623Z','{"launch":6,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','fe20544d257edfc423a37e834fe6bf60f6ce2ac011d755e07300ff98d640a778');
INSERT INTO "events" VALUES(86,'01KG9YS7KV0000000000000000',85,'ActivityReported',1,'2026-01-31T12:02:03.123Z','{"launch":6,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','2b648c3e007c67649fc02ce1aeed7e62cdfd6feb7aa1583c09940d5f61f39322');
INSERT INTO "events" VALUES(87,'01KG9YS7KV0000000000000000',86,'OutputCaptured',1,'2026-01-31T12:02:04.623Z','{"launch":6,"channel":"stdout","offset":0,"length":33,"sha256":"97668a5f8633eebe423d53e448c7723678bca7001f541e621582c12de5eec978"}','e80e075b76552d3d34a2e88fc2953b5df91b1b3a910d2ce934ce238fdc072429');
INSERT INTO "events" VALUES(88,'01KG9YS7KV0000000000000000',87,'OutputCaptured',1,'2026-01-31T12:02:06.123Z','{"launch":6,"channel":"stdout","offset":33,"length":34,"sha256":"b9e58555f17d71b3cd157412c612b4400ac6cda080ba6a8ddff2454e16a9599e"}','a6aa9d2e4daaeae52c3d9e7b13ff4fa30cf8093d84b2f2e3cbe5d9300aad9657');
INSERT INTO "events" VALUES(89,'01KG9YS7KV0000000000000000',88,'InputChanged',1,'2026-01-31T12:02:07.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','c5dbb9334eeae54c106730f1480b851574a791e1378e0554ac654e5a2d089f63');
INSERT INTO "events" VALUES(90,'01KG9YS7KV0000000000000000',89,'WorkerFinished',1,'2026-01-31T12:02:09.123Z','{"launch":6,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"The parser accepts an empty list now. 漢字, and a key: sk-secret\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":67,"sha256":"0f17979dd6340b55895e5eac845f0922f24315850730acd79397e69d17862355"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','b0d1e2c19759811c5d80a3a25401017d1f18925702ade12ff0434fbd7c1306ce');
INSERT INTO "events" VALUES(91,'01KG9YS7KV0000000000000000',90,'VerifierLaunched',1,'2026-01-31T12:02:10.623Z','{"attempt":3,"launch":7,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- [ ] an empty list\n\nThe parser accepts an empty list now. 漢字, and a key: sk-secret\n\n","argv":["codex","exec","--json","--sandbox","read-only","-"]}','16f1b54de640e3ed2115a471ffc90b615e80b879d41caea261fd4e387c743353');
INSERT INTO "events" VALUES(92,'01KG9YS7KV0000000000000000',91,'AgentSpawned',1,'2026-01-31T12:02:12.123Z','{"launch":7,"pid":4712,"process_group":4712,"started_at":1769860900.5}','ae246bf3d4bc4e090bb34a3629b77d98e46bfbc5cff26bb23209f60018d7dca7');
INSERT INTO "events" VALUES(93,'01KG9YS7KV0000000000000000',92,'OutputCaptured',1,'2026-01-31T12:02:13.623Z','{"launch":7,"channel":"stdout","offset":0,"length":29,"sha256":"903aa9794278d1b46c67c5c7a3bc341725a325b9ca05ed360586450679ab7bb5"}','5fd3e137aba85f543f3912d643a889cce110425deaab0ae78b91f4fa00b4514f');
INSERT INTO "events" VALUES(94,'01KG9YS7KV0000000000000000',93,'OutputCaptured',1,'2026-01-31T12:02:15.123Z','{"launch":7,"channel":"stdout","offset":29,"length":29,"sha256":"59363e09df085e60082a769cb74cae8423fe1ad618d47e441c01cbd646e29f52"}','c3182a4e64df6fa2f110ececfba3a95b83ffe2fe3b6d4fcd1b650cdc05f172a6');
INSERT INTO "events" VALUES(95,'01KG9YS7KV0000000000000000',94,'VerifierFinished',1,'2026-01-31T12:02:16.623Z','{"launch":7,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"STATUS: ok\n{\"remainingTasks\": []}\nEvery criterion is met.\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":58,"sha256":"8201ebcf33d619a75d5ca73c236480b5d728b04c334161f9056715d8e7645d93"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','fd0155f58d969b2d8af1c181829feff8ac17c0ae2a85528172cfb404b1f05ab1');
INSERT INTO "events" VALUES(96,'01KG9YS7KV0000000000000000',95,'VerdictGiven',1,'2026-01-31T12:02:16.623Z','{"attempt":3,"launch":7,"status":"ok","remaining_tasks":[],"commentary":"Every criterion is met.\n"}','fa324ce0bb22061ef5f95f2fd4d25fa1a76116fb3547eb5e68e664cfe999c6e5');
INSERT INTO "events" VALUES(97,'01KG9YS7KV0000000000000000',96,'RunFinished',1,'2026-01-31T12:02:16.623Z','{"outcome":"accepted"}','f3051bf4688f762c3f85182112a4e955cfe7d09e85cf2b605bd6a3c92f47c5be');
INSERT INTO "events" VALUES(98,'01KGA2737V040G2081040G2081',0,'RunStarted',2,'2026-01-31T13:00:00.123Z','{"spec":{"id":"spec-01-lists","name":"An example","workspace":".","path":"specs/spec-01-lists","body":{"path":"specs/spec-01-lists/SPEC.md","text":"# An example\n\nAccept ä, 漢 and 🜁.\n","sha256":"014cdb68a7dacaab8b6925c46ccd6fdeeb28f6eac489d74a356b3e22c6755bba"},"checklist":{"path":"specs/spec-01-lists/acceptance-checklist.md","text":"- [ ] an empty list\n","sha256":"720a0234502e5e9641f9a0b0c63eb7f19ed8d688a8b04823ce40bab81f3fbe07"},"worker_template":{"path":"specs/implement.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n","sha256":"f0def65c0465d505a1dcfa56adbb05770abe614ae14ce25dbb391f1dbe96cc53"},"verifier_template":{"path":"specs/review.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n","sha256":"44e4930154c1251601f2f635bacf68df0f3f858eaa67f7f236a0a0474e314f57"},"metadata":{"path":"specs/spec-01-lists/metadata.json","text":"{\n  \"status\": \"todo\"\n}\n","sha256":"72f897e5158c50ca4895ccb758854176977a26cf7b643a4ba8588c29b1625051"}},"acceptance_commands":["make test"],"settings":{"mode":"strict","max_attempts":1,"worker":{"model":null,"reasoning":null},"verifier":{"model":null,"reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":null,"verifier_timeout":null,"idle_timeout":3600.0,"redact":[]},"remaining_tasks":[],"unmet_dependencies":["spec-09"],"helm_version":"0.1.0","report_format":1,"operator":"ann@desk"}','23dfbd95dac8e4d16b9101f447b67b958646c33f2b182e1373cf5fea329cbe7e');
INSERT INTO "events" VALUES(99,'01KGA2737V040G2081040G2081',1,'AttemptStarted',1,'2026-01-31T13:00:01.623Z','{"attempt":1}','3fd31c449a154c585b894c886c7e0628e315fcaff505784bf606a3501fa39f92');
INSERT INTO "events" VALUES(100,'01KGA2737V040G2081040G2081',2,'WorkerLaunched',1,'2026-01-31T13:00:03.123Z','{"attempt":1,"launch":1,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[]\n","argv":["codex","exec","--json","-"]}','d2530ce05c08087012193defdd763bbcae5cdbb025fae5d6ada1b3dd4d1836e0');
INSERT INTO "events" VALUES(101,'01KGA2737V040G2081040G2081',3,'AgentSpawned',1,'2026-01-31T13:00:04.623Z','{"launch":1,"pid":4711,"process_group":4711,"started_at":1769860800.25}','b53e1c6d8ec8244327231f43aeb12d6cc1bae3871b7408693c9401f301f026f5');
INSERT INTO "events" VALUES(102,'01KGA2737V040G2081040G2081',4,'SessionOpened',1,'2026-01-31T13:00:06.123Z','{"launch":1,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','35ac30b8c083c491babaf1854fbc507c007eaaab154c71e076bb15bec4c2663e');
INSERT INTO "events" VALUES(103,'01KGA2737V040G2081040G2081',5,'ActivityReported',1,'2026-01-31T13:00:07.623Z','{"launch":1,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','0dd5018a480b49ba25126158c944fb8a97f17d45fb31eaa553ab874e8c887269');
INSERT INTO "events" VALUES(104,'01KGA2737V040G2081040G2081',6,'ActivityReported',1,'2026-01-31T13:00:09.123Z','{"launch":1,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','e34617069c9ef835516a455eadff561351bb4000ebaacbb962224efed0f5c9de');
INSERT INTO "events" VALUES(105,'01KGA2737V040G2081040G2081',7,'ActivityReported',1,'2026-01-31T13:00:10.623Z','{"launch":1,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','94941c011438947a0c6979be00f93afecfe4699adb0c97fcbb894886b7d1dff1');
INSERT INTO "events" VALUES(106,'01KGA2737V040G2081040G2081',8,'ActivityReported',1,'2026-01-31T13:00:12.123Z','{"launch":1,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','7c20567e22598ae1bb43241efe5864fcd87a53781b679d51462e832c96775762');
INSERT INTO "events" VALUES(107,'01KGA2737V040G2081040G2081',9,'ActivityReported',1,'2026-01-31T13:00:13.623Z','{"launch":1,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','2e3e5257d30d0a57c98d4d2e69987fa39fe488c843c5a655762adfb9144f7605');
INSERT INTO "events" VALUES(108,'01KGA2737V040G2081040G2081',10,'ActivityReported',1,'2026-01-31T13:00:15.123Z','{"launch":1,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','bc98c4ce4ed28ac98a896b5b5d59309b9bf0c7804887bf3de233df01a9c01d05');
INSERT INTO "events" VALUES(109,'01KGA2737V040G2081040G2081',11,'ActivityReported',1,'2026-01-31T13:00:16.623Z','{"launch":1,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','0da1802bfab896fddbc61df219e65d074adf52318d5a590b64482af4d726e1c1');
INSERT INTO "events" VALUES(110,'01KGA2737V040G2081040G2081',12,'ActivityReported',1,'2026-01-31T13:00:18.123Z','{"launch":1,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','6617619cbf135192839bf70bf0d7652486b2d9e30be6e3f7ba1a0758bb5a2673');
INSERT INTO "events" VALUES(111,'01KGA2737V040G2081040G2081',13,'ActivityReported',1,'2026-01-31T13:00:19.623Z','{"launch":1,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','cadd2efaa5d81a53c12201c24374179719d1e3710459fa1322383b3ad18245b5');
INSERT INTO "events" VALUES(112,'01KGA2737V040G2081040G2081',14,'ActivityReported',1,'2026-01-31T13:00:21.123Z','{"launch":1,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','8d982dc96afb577fd42a935c7dd725983f79a7e3c9ac5252fdca433da2c261f8');
INSERT INTO "events" VALUES(113,'01KGA2737V040G2081040G2081',15,'OutputCaptured',1,'2026-01-31T13:00:22.623Z','{"launch":1,"channel":"stdout","offset":0,"length":3,"sha256":"f138990301f9ed9106c6b9518e0cf82de8ca215a9b66aae51e04d5a67b627098"}','28d05aa2944db64237448a6e0c8745a22cb102672a4945fa4c2479a3a0ee5bf1');
INSERT INTO "events" VALUES(114,'01KGA2737V040G2081040G2081',16,'OutputCaptured',1,'2026-01-31T13:00:24.123Z','{"launch":1,"channel":"stdout","offset":3,"length":4,"sha256":"dd38b4ecb5fc6b96c9d8104a82a53a7e8ff7d077e4b8bbd75f70df543c22fa50"}','f166350d379b86fe912159ad8d7b03b7053afcfa7051be436abd9ba443c9deba');
INSERT INTO "events" VALUES(115,'01KGA2737V040G2081040G2081',17,'InputChanged',1,'2026-01-31T13:00:25.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','e17e31a074638a2882da056cc6ad267e0bce6201c7e6fe266633954616f49aa9');
INSERT INTO "events" VALUES(116,'01KGA2737V040G2081040G2081',18,'WorkerFinished',1,'2026-01-31T13:00:27.123Z','{"launch":1,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"Tried.\n","usage":null,"stdout":{"length":7,"sha256":"c135865780371f75ead6b367e655872a0ddd533bba96f429a1f520e58d36d035"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','5418fb9c5d03d2cb97c5d2233bac1c75878120b313ed0a67f1bf708d87ee27af');
INSERT INTO "events" VALUES(117,'01KGA2737V040G2081040G2081',19,'VerifierLaunched',1,'2026-01-31T13:00:28.623Z','{"attempt":1,"launch":2,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- [ ] an empty list\n\nTried.\n\n","argv":["codex","exec","--json","--sandbox","read-only","-"]}','04756ce0f8c1709795cb960cc32894d3c21a57b19b108d6df1184b4719aa4066');
INSERT INTO "events" VALUES(118,'01KGA2737V040G2081040G2081',20,'AgentSpawned',1,'2026-01-31T13:00:30.123Z','{"launch":2,"pid":4712,"process_group":4712,"started_at":1769860900.5}','55b4a5b4390586426bc5bb2cf1a64ff966b85cef44c0dc741994256aec4b8e06');
INSERT INTO "events" VALUES(119,'01KGA2737V040G2081040G2081',21,'OutputCaptured',1,'2026-01-31T13:00:31.623Z','{"launch":2,"channel":"stdout","offset":0,"length":36,"sha256":"93589dcc4c50520c07b7db4308269e0f36df48476711872025f256a38b9265d5"}','2f9b632aeb5863184077f63a1094e1edfc6e6402de59e391e55580b052fdfe26');
INSERT INTO "events" VALUES(120,'01KGA2737V040G2081040G2081',22,'OutputCaptured',1,'2026-01-31T13:00:33.123Z','{"launch":2,"channel":"stdout","offset":36,"length":37,"sha256":"1efd7fb4d2fc9fbf3cd6bdb27e6d6588a6b02d1bb712605805fb2af4267e90c9"}','be008f1642740abcabc031510df720e766bcf944346348273ed75ef191d5995b');
INSERT INTO "events" VALUES(121,'01KGA2737V040G2081040G2081',23,'VerifierFinished',1,'2026-01-31T13:00:34.623Z','{"launch":2,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"STATUS: missing\n{\"remainingTasks\": [\"say so in the docs\"]}\nNearly there.\n","usage":null,"stdout":{"length":73,"sha256":"ca2cabbe220fad945efb2b1e9b9db900d5ea35bc2df59e6f3b15230e751e2769"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','160010fb9281f62c4ddb4a0f8cd36e2328f2b2f684da8e511b0640e4f21a1380');
INSERT INTO "events" VALUES(122,'01KGA2737V040G2081040G2081',24,'VerdictGiven',1,'2026-01-31T13:00:34.623Z','{"attempt":1,"launch":2,"status":"missing","remaining_tasks":["say so in the docs"],"commentary":"Nearly there.\n"}','4eb5266407bd7a3cf01c39d8b94c86e5f6e2a7176507da5d5a61058f6b5cc98f');
INSERT INTO "events" VALUES(123,'01KGA2737V040G2081040G2081',25,'RunFinished',1,'2026-01-31T13:00:34.623Z','{"outcome":"exhausted"}','07bc9a0c3923c16750df038eaed46194e576032525908254a66abd60d95c9ec9');
INSERT INTO "events" VALUES(124,'01KGA5MYVV081040G2081040G2',0,'RunStarted',2,'2026-01-31T14:00:00.123Z','{"spec":{"id":"spec-02-maps","name":"An example","workspace":".","path":"specs/spec-02-maps","body":{"path":"specs/spec-02-maps/SPEC.md","text":"# An example\n\nAccept ä, 漢 and 🜁.\n","sha256":"014cdb68a7dacaab8b6925c46ccd6fdeeb28f6eac489d74a356b3e22c6755bba"},"checklist":{"path":"specs/spec-02-maps/acceptance-checklist.md","text":"- [ ] an empty list\n","sha256":"720a0234502e5e9641f9a0b0c63eb7f19ed8d688a8b04823ce40bab81f3fbe07"},"worker_template":{"path":"specs/implement.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n","sha256":"f0def65c0465d505a1dcfa56adbb05770abe614ae14ce25dbb391f1dbe96cc53"},"verifier_template":{"path":"specs/review.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n","sha256":"44e4930154c1251601f2f635bacf68df0f3f858eaa67f7f236a0a0474e314f57"},"metadata":{"path":"specs/spec-02-maps/metadata.json","text":"{\n  \"status\": \"todo\"\n}\n","sha256":"72f897e5158c50ca4895ccb758854176977a26cf7b643a4ba8588c29b1625051"}},"acceptance_commands":["make test"],"settings":{"mode":"strict","max_attempts":2,"worker":{"model":null,"reasoning":null},"verifier":{"model":null,"reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":null,"verifier_timeout":null,"idle_timeout":3600.0,"redact":[]},"remaining_tasks":["left over"],"unmet_dependencies":[],"helm_version":"0.1.0","report_format":1,"operator":"ann@desk"}','b8cecff2a1858657eb0537fd3fe54106db5c5f729a535df1de25936cda5213ea');
INSERT INTO "events" VALUES(125,'01KGA5MYVV081040G2081040G2',1,'AttemptStarted',1,'2026-01-31T14:00:01.623Z','{"attempt":1}','f0d3173a6ecf1ea4c90ab3f7847dcac57e82c1c842ca077eb282cb916dc72ce0');
INSERT INTO "events" VALUES(126,'01KGA5MYVV081040G2081040G2',2,'WorkerLaunched',1,'2026-01-31T14:00:03.123Z','{"attempt":1,"launch":1,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[\n  \"left over\"\n]\n","argv":["codex","exec","--json","-"]}','cd744c3100c2cfbb77ef0e4926d08b24f444b6898733aad38e96b4c20103f76b');
INSERT INTO "events" VALUES(127,'01KGA5MYVV081040G2081040G2',3,'AgentSpawned',1,'2026-01-31T14:00:04.623Z','{"launch":1,"pid":4711,"process_group":4711,"started_at":1769860800.25}','78bdd3d2cb713445305bb6e45ed57cccc5861f8a2a31ad9c0817d88729e23416');
INSERT INTO "events" VALUES(128,'01KGA5MYVV081040G2081040G2',4,'SessionOpened',1,'2026-01-31T14:00:06.123Z','{"launch":1,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','b56ea241b93ecdae415d2aa34dcdcad7e6f7a1d465a69160cab3d08f3e70526d');
INSERT INTO "events" VALUES(129,'01KGA5MYVV081040G2081040G2',5,'ActivityReported',1,'2026-01-31T14:00:07.623Z','{"launch":1,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','2ad90d5937018e74223606df569192eb93c4b3f9fac631c64794c8c1e3b17efa');
INSERT INTO "events" VALUES(130,'01KGA5MYVV081040G2081040G2',6,'ActivityReported',1,'2026-01-31T14:00:09.123Z','{"launch":1,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','f0c1be787b5a0bc0763f9f0af28f9534e0b81bbd78c306e2f5d5f78ecbdbfb96');
INSERT INTO "events" VALUES(131,'01KGA5MYVV081040G2081040G2',7,'ActivityReported',1,'2026-01-31T14:00:10.623Z','{"launch":1,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','a6bf77bdbc284ca9cba2d234e0a58f02c2bc82609ea7a6bdacbcbb725cd18d9d');
INSERT INTO "events" VALUES(132,'01KGA5MYVV081040G2081040G2',8,'ActivityReported',1,'2026-01-31T14:00:12.123Z','{"launch":1,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','5c3dd8e8d52e1bb079b6b39aae84373a0fe34a35550e3fc9c7ca3af400bf3892');
INSERT INTO "events" VALUES(133,'01KGA5MYVV081040G2081040G2',9,'ActivityReported',1,'2026-01-31T14:00:13.623Z','{"launch":1,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','6c84cc645aae96d910faed9dcc9d971be400bd9eb9ee493daf2279a355885219');
INSERT INTO "events" VALUES(134,'01KGA5MYVV081040G2081040G2',10,'ActivityReported',1,'2026-01-31T14:00:15.123Z','{"launch":1,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','aef5829ca70e0e215e5ecb3b184cdc03181b61f222cb9dd5a76918b8e3b2a6e7');
INSERT INTO "events" VALUES(135,'01KGA5MYVV081040G2081040G2',11,'ActivityReported',1,'2026-01-31T14:00:16.623Z','{"launch":1,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','67b1f4ab0b8461598a3ac490d6a57010b9b8812cf3e24d1e049fe3e9cf7c163b');
INSERT INTO "events" VALUES(136,'01KGA5MYVV081040G2081040G2',12,'ActivityReported',1,'2026-01-31T14:00:18.123Z','{"launch":1,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','aa13eb95404c0388f05bbdc2da77e3672d9c9b5111bf03a0f5bfc96a97252f1e');
INSERT INTO "events" VALUES(137,'01KGA5MYVV081040G2081040G2',13,'ActivityReported',1,'2026-01-31T14:00:19.623Z','{"launch":1,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','741aa3758b50dda63c7fafdafefd5725133cea042ceb670fd62ca1694f06fb94');
INSERT INTO "events" VALUES(138,'01KGA5MYVV081040G2081040G2',14,'ActivityReported',1,'2026-01-31T14:00:21.123Z','{"launch":1,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','408e09e31e5d21f16aa981a034dd3828d39e344dffa01fd547a356f511f5862f');
INSERT INTO "events" VALUES(139,'01KGA5MYVV081040G2081040G2',15,'InputChanged',1,'2026-01-31T14:00:22.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','389f78494f82916a6f253046f49c0d94472b2aef90e05634a119a63a36dc9d41');
INSERT INTO "events" VALUES(140,'01KGA5MYVV081040G2081040G2',16,'WorkerFinished',1,'2026-01-31T14:00:24.123Z','{"launch":1,"ending":"timed_out","exit_code":null,"signal":15,"seconds":61.5,"report":"","usage":null,"stdout":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','3f37b327a0f13283bc6ceb4f7516409c9c494b9a438f678e1568e1efc56018f4');
INSERT INTO "events" VALUES(141,'01KGA5MYVV081040G2081040G2',17,'RunHalted',1,'2026-01-31T14:00:24.123Z','{"cause":"worker_timed_out","detail":"the agent timed_out"}','ffec50cfb71bb010ebaaf4529bcbc4ba53626d1b884136b5b2876738433c0373');
INSERT INTO "events" VALUES(142,'01KGA5MYVV081040G2081040G2',18,'RunFinished',1,'2026-01-31T14:00:25.623Z','{"outcome":"abandoned"}','64d938aae2d2cdd1375bab86270ee7e5f63b5be3ae2db82f76f34c56af015a5a');
INSERT INTO "events" VALUES(143,'01KGA92TFV0C1G60R30C1G60R3',0,'RunStarted',2,'2026-01-31T15:00:00.123Z','{"spec":{"id":"spec-02-maps","name":"An example","workspace":".","path":"specs/spec-02-maps","body":{"path":"specs/spec-02-maps/SPEC.md","text":"# An example\n\nAccept ä, 漢 and 🜁.\n","sha256":"014cdb68a7dacaab8b6925c46ccd6fdeeb28f6eac489d74a356b3e22c6755bba"},"checklist":{"path":"specs/spec-02-maps/acceptance-checklist.md","text":"- [ ] an empty list\n","sha256":"720a0234502e5e9641f9a0b0c63eb7f19ed8d688a8b04823ce40bab81f3fbe07"},"worker_template":{"path":"specs/implement.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n","sha256":"f0def65c0465d505a1dcfa56adbb05770abe614ae14ce25dbb391f1dbe96cc53"},"verifier_template":{"path":"specs/review.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n","sha256":"44e4930154c1251601f2f635bacf68df0f3f858eaa67f7f236a0a0474e314f57"},"metadata":{"path":"specs/spec-02-maps/metadata.json","text":"{\n  \"status\": \"todo\"\n}\n","sha256":"72f897e5158c50ca4895ccb758854176977a26cf7b643a4ba8588c29b1625051"}},"acceptance_commands":["make test"],"settings":{"mode":"strict","max_attempts":2,"worker":{"model":null,"reasoning":null},"verifier":{"model":null,"reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":null,"verifier_timeout":null,"idle_timeout":3600.0,"redact":[]},"remaining_tasks":[],"unmet_dependencies":[],"helm_version":"0.1.0","report_format":1,"operator":"ann@desk"}','35181dedd60b5286ed6277b2667497f713ee805266f39c72c206ac9646ae021c');
INSERT INTO "events" VALUES(144,'01KGA92TFV0C1G60R30C1G60R3',1,'AttemptStarted',1,'2026-01-31T15:00:01.623Z','{"attempt":1}','abddc6a016d5b7be349e6aeac374d062840ebf42e3a48fc8b40ff93506f4cd9b');
INSERT INTO "events" VALUES(145,'01KGA92TFV0C1G60R30C1G60R3',2,'WorkerLaunched',1,'2026-01-31T15:00:03.123Z','{"attempt":1,"launch":1,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[]\n","argv":["codex","exec","--json","-"]}','65deeab5375d2d4a959ffb90f15cbddb5862abed43dc83221b570d3676e7c58c');
INSERT INTO "events" VALUES(146,'01KGA92TFV0C1G60R30C1G60R3',3,'AgentSpawned',1,'2026-01-31T15:00:04.623Z','{"launch":1,"pid":4711,"process_group":4711,"started_at":1769860800.25}','08debd753b42d0b5d052e786ecef000148eaf35028d470e34eade7f8da15c123');
INSERT INTO "events" VALUES(147,'01KGA92TFV0C1G60R30C1G60R3',4,'SessionOpened',1,'2026-01-31T15:00:06.123Z','{"launch":1,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','8abf504dff3cf8d250fc52afbd160ac60b65b44ccccb9006a2e5e3a7da80314f');
INSERT INTO "events" VALUES(148,'01KGA92TFV0C1G60R30C1G60R3',5,'ActivityReported',1,'2026-01-31T15:00:07.623Z','{"launch":1,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','0d4235f2c52e0e3495fa46ad8cdf3dbe65e6ad2fc0db6f9c7e8c25d1d9834b57');
INSERT INTO "events" VALUES(149,'01KGA92TFV0C1G60R30C1G60R3',6,'ActivityReported',1,'2026-01-31T15:00:09.123Z','{"launch":1,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','b63fffcf44d6bc26a7bbb2a4e152f25a0af025288aad33526e434fdf911daf60');
INSERT INTO "events" VALUES(150,'01KGA92TFV0C1G60R30C1G60R3',7,'ActivityReported',1,'2026-01-31T15:00:10.623Z','{"launch":1,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','b2ff874ba5598de037d884c06b4d45159a1abeb69ead57f2b9955330b7ac66be');
INSERT INTO "events" VALUES(151,'01KGA92TFV0C1G60R30C1G60R3',8,'ActivityReported',1,'2026-01-31T15:00:12.123Z','{"launch":1,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','03a8670da111823e73ee112ab0363f0b62899de3db32217db281ffab779de112');
INSERT INTO "events" VALUES(152,'01KGA92TFV0C1G60R30C1G60R3',9,'ActivityReported',1,'2026-01-31T15:00:13.623Z','{"launch":1,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','da8d097a8a3b26fb2d64b7b52696ffeca760f1f50876710f137128a89225c452');
INSERT INTO "events" VALUES(153,'01KGA92TFV0C1G60R30C1G60R3',10,'ActivityReported',1,'2026-01-31T15:00:15.123Z','{"launch":1,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','46ba899cfc73acc2671255ff6eb918f04adbe75eafa192291ec00cf3a525bfab');
INSERT INTO "events" VALUES(154,'01KGA92TFV0C1G60R30C1G60R3',11,'ActivityReported',1,'2026-01-31T15:00:16.623Z','{"launch":1,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','3b796827795fe67311991d0992a9746850c8319c7897e70d79b67957632d5578');
INSERT INTO "events" VALUES(155,'01KGA92TFV0C1G60R30C1G60R3',12,'ActivityReported',1,'2026-01-31T15:00:18.123Z','{"launch":1,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','fc34bcdbb7aa907a8d61edfd2cde8f48da499317ca24837da28483578370bcdf');
INSERT INTO "events" VALUES(156,'01KGA92TFV0C1G60R30C1G60R3',13,'ActivityReported',1,'2026-01-31T15:00:19.623Z','{"launch":1,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','60572926a84dd83806446a79a26c2859f6e32e89b7747d475e97874ba4b53ff0');
INSERT INTO "events" VALUES(157,'01KGA92TFV0C1G60R30C1G60R3',14,'ActivityReported',1,'2026-01-31T15:00:21.123Z','{"launch":1,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','7b3314520db6c1b0f08dce0755bc55a0e31c73e37fd17667eceefb0dc5363d7b');
INSERT INTO "events" VALUES(158,'01KGA92TFV0C1G60R30C1G60R3',15,'OutputCaptured',1,'2026-01-31T15:00:22.623Z','{"launch":1,"channel":"stdout","offset":0,"length":33,"sha256":"97668a5f8633eebe423d53e448c7723678bca7001f541e621582c12de5eec978"}','b2bae82cdf43c051d5dc82ead048d8aa2a8dbfc797b3403fed93218dd47388aa');
INSERT INTO "events" VALUES(159,'01KGA92TFV0C1G60R30C1G60R3',16,'OutputCaptured',1,'2026-01-31T15:00:24.123Z','{"launch":1,"channel":"stdout","offset":33,"length":34,"sha256":"b9e58555f17d71b3cd157412c612b4400ac6cda080ba6a8ddff2454e16a9599e"}','a0f0521e1a9b7572053d533504d23a1d00fe0437fd732f624b5c144f5804e35d');
INSERT INTO "events" VALUES(160,'01KGA92TFV0C1G60R30C1G60R3',17,'InputChanged',1,'2026-01-31T15:00:25.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','dbaab394dc76d12613d430dff89dfc8b9669a03f15d0e0e9cd555a361bb5fd7b');
INSERT INTO "events" VALUES(161,'01KGA92TFV0C1G60R30C1G60R3',18,'WorkerFinished',1,'2026-01-31T15:00:27.123Z','{"launch":1,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"The parser accepts an empty list now. 漢字, and a key: sk-secret\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":67,"sha256":"0f17979dd6340b55895e5eac845f0922f24315850730acd79397e69d17862355"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','5dcfce2fb69ab3f2235128bc8b660878e4853e2693102e58ad664fd38139ec92');
INSERT INTO "events" VALUES(162,'01KGA92TFV0C1G60R30C1G60R3',19,'VerifierLaunched',1,'2026-01-31T15:00:28.623Z','{"attempt":1,"launch":2,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- [ ] an empty list\n\nThe parser accepts an empty list now. 漢字, and a key: sk-secret\n\n","argv":["codex","exec","--json","--sandbox","read-only","-"]}','0ef146c83412ca0ecd6a3fe3ced27491e689096a61e2d651ca8de1b73f02c649');
INSERT INTO "events" VALUES(163,'01KGA92TFV0C1G60R30C1G60R3',20,'AgentSpawned',1,'2026-01-31T15:00:30.123Z','{"launch":2,"pid":4712,"process_group":4712,"started_at":1769860900.5}','2dd499a542f52eb2765ac1f2e2354a6ac959bbcb665b33e6c9cbfd19b77c1def');
INSERT INTO "events" VALUES(164,'01KGA92TFV0C1G60R30C1G60R3',21,'OutputCaptured',1,'2026-01-31T15:00:31.623Z','{"launch":2,"channel":"stdout","offset":0,"length":10,"sha256":"bbdfa85aa475e098bc1771fa1d1ca5fa22867dc764f9da30429dabf3c16984fb"}','58dc0a886491397514e2dd961dd3e7f16d8527cff8df20b5fc61f79033259949');
INSERT INTO "events" VALUES(165,'01KGA92TFV0C1G60R30C1G60R3',22,'OutputCaptured',1,'2026-01-31T15:00:33.123Z','{"launch":2,"channel":"stdout","offset":10,"length":11,"sha256":"cb640e04b8dcf918ff5e534d56d124ff6ae00080d6580e19607c3f6e4c52d46e"}','7d5b6ea7d836fe38a65d52937f2a4c6fe4f5bafa2309e9563487d0c2b09fa6a6');
INSERT INTO "events" VALUES(166,'01KGA92TFV0C1G60R30C1G60R3',23,'VerifierFinished',1,'2026-01-31T15:00:34.623Z','{"launch":2,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"It looks good to me.\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":21,"sha256":"714b6188cfce5643d5125fabbfbec7600cc2df5e82f04015e853ae8d830c0369"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','5c85a6b9ce7ddf0b1b2d50a904fd21fa50667375394062ae5573e8714ec90ad3');
INSERT INTO "events" VALUES(167,'01KGA92TFV0C1G60R30C1G60R3',24,'RunHalted',1,'2026-01-31T15:00:34.623Z','{"cause":"verdict_unreadable","detail":"the verifier''s answer cannot be read: its first line is ''It looks good to me.''. Expected ''STATUS: ok'' or ''STATUS: missing'', then one line of JSON such as {\"remainingTasks\": []}"}','60a1b0edf6db17a8e2e6171849fc550c315847646229fc872482d4e11c537524');
INSERT INTO "events" VALUES(168,'01KGACGP3V0G2081040G208104',0,'RunStarted',2,'2026-01-31T16:00:00.123Z','{"spec":{"id":"spec-03-sets","name":"An example","workspace":".","path":"specs/spec-03-sets","body":{"path":"specs/spec-03-sets/SPEC.md","text":"# An example\n\nAccept ä, 漢 and 🜁.\n","sha256":"014cdb68a7dacaab8b6925c46ccd6fdeeb28f6eac489d74a356b3e22c6755bba"},"checklist":{"path":"specs/spec-03-sets/acceptance-checklist.md","text":"- [ ] an empty list\n","sha256":"720a0234502e5e9641f9a0b0c63eb7f19ed8d688a8b04823ce40bab81f3fbe07"},"worker_template":{"path":"specs/implement.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n","sha256":"f0def65c0465d505a1dcfa56adbb05770abe614ae14ce25dbb391f1dbe96cc53"},"verifier_template":{"path":"specs/review.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n","sha256":"44e4930154c1251601f2f635bacf68df0f3f858eaa67f7f236a0a0474e314f57"},"metadata":{"path":"specs/spec-03-sets/metadata.json","text":"{\n  \"status\": \"todo\"\n}\n","sha256":"72f897e5158c50ca4895ccb758854176977a26cf7b643a4ba8588c29b1625051"}},"acceptance_commands":["make test"],"settings":{"mode":"strict","max_attempts":2,"worker":{"model":null,"reasoning":null},"verifier":{"model":null,"reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":null,"verifier_timeout":null,"idle_timeout":3600.0,"redact":[]},"remaining_tasks":[],"unmet_dependencies":[],"helm_version":"0.1.0","report_format":1,"operator":"ann@desk"}','77befb8815ff86d169b67c80ad14197352f973006c1ee1b62506259c3407e42a');
INSERT INTO "events" VALUES(169,'01KGACGP3V0G2081040G208104',1,'RunHalted',1,'2026-01-31T16:00:01.623Z','{"cause":"SIGTERM","detail":"asked to"}','3bcf5373dcddbf9a32e5d48ddb82ba7672d636a73ff847bb3a13e3b13bc459f3');
INSERT INTO "events" VALUES(170,'01KGACGP3V0G2081040G208104',2,'RunResumed',2,'2026-01-31T16:00:03.123Z','{"settings":{"mode":"strict","max_attempts":2,"worker":{"model":null,"reasoning":null},"verifier":{"model":null,"reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":null,"verifier_timeout":null,"idle_timeout":3600.0,"redact":[]},"operator":null}','8a3aa4c0b089373d9ea3aff0abf61c40b7a6d47808b1491b79d35966b4d50b83');
INSERT INTO "events" VALUES(171,'01KGACGP3V0G2081040G208104',3,'AttemptStarted',1,'2026-01-31T16:00:04.623Z','{"attempt":1}','b6d088fb908915455a7a8852b7844cbae4820126e9cd99b13e95e6dede1dc1f6');
INSERT INTO "events" VALUES(172,'01KGACGP3V0G2081040G208104',4,'WorkerLaunched',1,'2026-01-31T16:00:06.123Z','{"attempt":1,"launch":1,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[]\n","argv":["codex","exec","--json","-"]}','4bb32bd7689853614113618da943b8b7ded320c8d4cafeb556a09425236f908f');
INSERT INTO "events" VALUES(173,'01KGACGP3V0G2081040G208104',5,'AgentSpawned',1,'2026-01-31T16:00:07.623Z','{"launch":1,"pid":4711,"process_group":4711,"started_at":1769860800.25}','523df447d23040523c462c6f741e48ecbb1da79843042aa007a5ec1cacc00e4e');
INSERT INTO "events" VALUES(174,'01KGACGP3V0G2081040G208104',6,'SessionOpened',1,'2026-01-31T16:00:09.123Z','{"launch":1,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','ca110ea20c1110e416fa99419a691ee0c4d312614ee459c7b033ebccf973f24a');
INSERT INTO "events" VALUES(175,'01KGACGP3V0G2081040G208104',7,'ActivityReported',1,'2026-01-31T16:00:10.623Z','{"launch":1,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','7d8671a426bb7298f101c2f94ce39d60c5024c8dbbff5b6a25ca31ee2c790ec7');
INSERT INTO "events" VALUES(176,'01KGACGP3V0G2081040G208104',8,'ActivityReported',1,'2026-01-31T16:00:12.123Z','{"launch":1,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','dd06e65fde8d888a88474587c1bf6b1a1ba3e545bcf765fd7299a5a204e725a5');
INSERT INTO "events" VALUES(177,'01KGACGP3V0G2081040G208104',9,'ActivityReported',1,'2026-01-31T16:00:13.623Z','{"launch":1,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','d1675090d6ad626eab647029bd9a52fccca0e396fb22d8e5fc37acc170f16633');
INSERT INTO "events" VALUES(178,'01KGACGP3V0G2081040G208104',10,'ActivityReported',1,'2026-01-31T16:00:15.123Z','{"launch":1,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','7f35273e45b3e0ab8b7cc20b98c6720fa9b7fe6215f17abf2c20745b5c81bccb');
INSERT INTO "events" VALUES(179,'01KGACGP3V0G2081040G208104',11,'ActivityReported',1,'2026-01-31T16:00:16.623Z','{"launch":1,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','1789726178584fb272f1f295f23d440423cca153b3c8c24027ce28fabbcfaba4');
INSERT INTO "events" VALUES(180,'01KGACGP3V0G2081040G208104',12,'ActivityReported',1,'2026-01-31T16:00:18.123Z','{"launch":1,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','d9c826c42eea3ed2453bff40c02be8982feff856d53adad96015241bd986624a');
INSERT INTO "events" VALUES(181,'01KGACGP3V0G2081040G208104',13,'ActivityReported',1,'2026-01-31T16:00:19.623Z','{"launch":1,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','847602a195fa278062a70b5d9bcf31659a1c1e61a9c77377a141e6f15f98822a');
INSERT INTO "events" VALUES(182,'01KGACGP3V0G2081040G208104',14,'ActivityReported',1,'2026-01-31T16:00:21.123Z','{"launch":1,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','97a7878416579cd1131c93a280abdb5142d6a1c0b4dfbc1eeeb484cf6ae6ffab');
INSERT INTO "events" VALUES(183,'01KGACGP3V0G2081040G208104',15,'ActivityReported',1,'2026-01-31T16:00:22.623Z','{"launch":1,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','5ff251e09e57fed0f91945aadbc5cf3e2dc18ec96795e3ec398f85516e7c051b');
INSERT INTO "events" VALUES(184,'01KGACGP3V0G2081040G208104',16,'ActivityReported',1,'2026-01-31T16:00:24.123Z','{"launch":1,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','2af56ff4148a816f9c7554c174c9265e61f027d891f8f256770e7795d1f59cd5');
INSERT INTO "events" VALUES(185,'01KGACGP3V0G2081040G208104',17,'InputChanged',1,'2026-01-31T16:00:25.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','07deb0b5344b99a6a405cc080127ff385c4a6edc9a36259ca6c5cc6092055cf5');
CREATE TABLE imports (
    run_id      TEXT NOT NULL PRIMARY KEY CHECK (run_id <> ''),
    origin      TEXT NOT NULL CHECK (length(origin) = 16),
    imported_at TEXT NOT NULL
) STRICT;
CREATE TABLE log_identity (
    id TEXT NOT NULL CHECK (length(id) = 16)
) STRICT;
INSERT INTO "log_identity" VALUES('7abab2523da8f9be');
CREATE TABLE output (
    run_id TEXT    NOT NULL,
    seq    INTEGER NOT NULL,
    codec  TEXT    NOT NULL CHECK (codec IN ('raw', 'zlib')),
    data   BLOB,
    PRIMARY KEY (run_id, seq),
    FOREIGN KEY (run_id, seq) REFERENCES events (run_id, seq)
) STRICT;
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',15,'raw',X'68616C6620');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',16,'raw',X'6F66206974');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',17,'raw',X'776172');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',18,'raw',X'6EFF000A');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',36,'raw',X'54686520706172736572206163636570747320616E20656D707479206C69737420');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',37,'raw',X'6E6F772E20E6BCA2E5AD972C20616E642061206B65793A20736B2D7365637265740A');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',38,'raw',X'1B5B33316D72');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',39,'raw',X'65641B5B306D0A');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',44,'raw',X'5354415455533A206D697373696E670A7B2272656D61696E696E675461736B73223A205B2261636365');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',45,'raw',X'707420616E20656D707479206C697374222C202273617920736F20696E2074686520646F6373225D7D0A');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',62,'raw',X'446F6E');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',63,'raw',X'652E0A');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',68,'raw',X'5354415455533A206D697373696E670A7B2272656D61696E696E675461736B73223A205B');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',69,'raw',X'2273617920736F20696E2074686520646F6373225D7D0A4E6561726C792074686572652E0A');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',86,'raw',X'54686520706172736572206163636570747320616E20656D707479206C69737420');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',87,'raw',X'6E6F772E20E6BCA2E5AD972C20616E642061206B65793A20736B2D7365637265740A');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',92,'raw',X'5354415455533A206F6B0A7B2272656D61696E696E675461736B73223A');
INSERT INTO "output" VALUES('01KG9YS7KV0000000000000000',93,'raw',X'205B5D7D0A457665727920637269746572696F6E206973206D65742E0A');
INSERT INTO "output" VALUES('01KGA2737V040G2081040G2081',15,'raw',X'547269');
INSERT INTO "output" VALUES('01KGA2737V040G2081040G2081',16,'raw',X'65642E0A');
INSERT INTO "output" VALUES('01KGA2737V040G2081040G2081',21,'raw',X'5354415455533A206D697373696E670A7B2272656D61696E696E675461736B73223A205B');
INSERT INTO "output" VALUES('01KGA2737V040G2081040G2081',22,'raw',X'2273617920736F20696E2074686520646F6373225D7D0A4E6561726C792074686572652E0A');
INSERT INTO "output" VALUES('01KGA92TFV0C1G60R30C1G60R3',15,'raw',X'54686520706172736572206163636570747320616E20656D707479206C69737420');
INSERT INTO "output" VALUES('01KGA92TFV0C1G60R30C1G60R3',16,'raw',X'6E6F772E20E6BCA2E5AD972C20616E642061206B65793A20736B2D7365637265740A');
INSERT INTO "output" VALUES('01KGA92TFV0C1G60R30C1G60R3',21,'raw',X'4974206C6F6F6B732067');
INSERT INTO "output" VALUES('01KGA92TFV0C1G60R30C1G60R3',22,'raw',X'6F6F6420746F206D652E0A');
CREATE TABLE prunings (
    position  INTEGER PRIMARY KEY CHECK (position > 0),
    run_id    TEXT    NOT NULL,
    pruned_at TEXT    NOT NULL,
    chunks    INTEGER NOT NULL CHECK (chunks >= 0),
    bytes     INTEGER NOT NULL CHECK (bytes >= 0)
) STRICT;
CREATE UNIQUE INDEX "idx__sqlite_migrations_migration_set_name"
    ON "_sqlite_migrations" ("migration_set", "name");
CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never changed'); END;
CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an event is never deleted'); END;
CREATE TRIGGER events_follow_each_other BEFORE INSERT ON events
WHEN NEW.seq <> COALESCE((SELECT MAX(seq) + 1 FROM events WHERE run_id = NEW.run_id), 0)
    OR NEW.position BETWEEN 0 AND (SELECT MAX(position) FROM events)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: not the next event of this run'); END;
CREATE TRIGGER output_is_only_ever_emptied BEFORE UPDATE ON output
WHEN NEW.data IS NOT NULL OR NEW.run_id IS NOT OLD.run_id OR NEW.seq IS NOT OLD.seq
    OR NEW.codec IS NOT OLD.codec OR NEW.rowid IS NOT OLD.rowid
BEGIN SELECT RAISE(ABORT, 'the log is append-only: output is only ever emptied'); END;
CREATE TRIGGER output_is_never_deleted BEFORE DELETE ON output
BEGIN SELECT RAISE(ABORT, 'the log is append-only: output is never deleted'); END;
CREATE TRIGGER output_is_never_replaced BEFORE INSERT ON output
WHEN EXISTS (SELECT 1 FROM output WHERE run_id = NEW.run_id AND seq = NEW.seq)
    OR NEW.rowid BETWEEN 0 AND (SELECT MAX(rowid) FROM output)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: output is never replaced'); END;
CREATE INDEX events_milestones ON events (run_id, seq, kind)
WHERE kind NOT IN ('OutputCaptured', 'ActivityReported');
CREATE VIEW milestones AS
SELECT * FROM events WHERE kind NOT IN ('OutputCaptured', 'ActivityReported');
CREATE VIEW attempts AS
SELECT
    run_id,
    attempt,
    started_at,
    (
        SELECT COUNT(*) FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends
            AND kind IN ('WorkerLaunched', 'VerifierLaunched')
    ) AS launches,
    (
        SELECT json_extract(body, '$.ending') FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'WorkerFinished'
        ORDER BY seq DESC LIMIT 1
    ) AS worker_ending,
    (
        SELECT SUM(json_extract(body, '$.seconds')) FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'WorkerFinished'
    ) AS worker_seconds,
    (
        SELECT json_extract(body, '$.report') FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'WorkerFinished'
        ORDER BY seq DESC LIMIT 1
    ) AS worker_report,
    (
        SELECT json_extract(body, '$.ending') FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'VerifierFinished'
        ORDER BY seq DESC LIMIT 1
    ) AS verifier_ending,
    (
        SELECT SUM(json_extract(body, '$.seconds')) FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'VerifierFinished'
    ) AS verifier_seconds,
    (
        SELECT json_extract(body, '$.status') FROM milestones
        WHERE run_id = this.run_id AND seq BETWEEN begins AND ends AND kind = 'VerdictGiven'
    ) AS status
FROM (
    SELECT
        start.run_id,
        start.seq AS begins,
        json_extract(start.body, '$.attempt') AS attempt,
        start.recorded_at AS started_at,
        COALESCE(
            (
                SELECT MIN(seq) FROM milestones
                WHERE run_id = start.run_id AND seq > start.seq AND kind = 'AttemptStarted'
            ),
            9223372036854775807
        ) AS ends
    FROM milestones AS start
    WHERE start.kind = 'AttemptStarted'
) AS this;
CREATE VIEW verdicts AS
SELECT
    run_id,
    json_extract(body, '$.attempt') AS attempt,
    json_extract(body, '$.launch') AS launch,
    recorded_at AS given_at,
    json_extract(body, '$.status') AS status,
    json_extract(body, '$.remaining_tasks') AS remaining_tasks,
    json_extract(body, '$.commentary') AS commentary
FROM milestones
WHERE kind = 'VerdictGiven';
CREATE VIEW activity AS
SELECT
    it.run_id,
    it.seq,
    it.recorded_at,
    (
        SELECT CASE kind WHEN 'WorkerLaunched' THEN 'worker' ELSE 'verifier' END FROM milestones
        WHERE run_id = it.run_id AND seq < it.seq
            AND kind IN ('WorkerLaunched', 'VerifierLaunched')
        ORDER BY seq DESC LIMIT 1
    ) AS role,
    (
        SELECT json_extract(body, '$.attempt') FROM milestones
        WHERE run_id = it.run_id AND seq < it.seq AND kind = 'AttemptStarted'
        ORDER BY seq DESC LIMIT 1
    ) AS attempt,
    json_extract(it.body, '$.launch') AS launch,
    json_extract(it.body, '$.activity') AS activity,
    json_extract(it.body, '$.text') AS text,
    json_extract(it.body, '$.exit_code') AS exit_code,
    json_extract(it.body, '$.changes') AS changes
FROM events AS it
WHERE it.kind = 'ActivityReported';
CREATE VIEW transcripts AS
SELECT
    run_id,
    (
        SELECT CASE kind WHEN 'WorkerLaunched' THEN 'worker' ELSE 'verifier' END FROM milestones
        WHERE run_id = this.run_id AND seq < first_seq
            AND kind IN ('WorkerLaunched', 'VerifierLaunched')
        ORDER BY seq DESC LIMIT 1
    ) AS role,
    (
        SELECT json_extract(body, '$.attempt') FROM milestones
        WHERE run_id = this.run_id AND seq < first_seq AND kind = 'AttemptStarted'
        ORDER BY seq DESC LIMIT 1
    ) AS attempt,
    launch,
    channel,
    bytes,
    chunks,
    (SELECT recorded_at FROM events WHERE run_id = this.run_id AND seq = first_seq) AS first_at,
    (SELECT recorded_at FROM events WHERE run_id = this.run_id AND seq = last_seq) AS last_at,
    (
        SELECT json_extract(body, '$.' || channel || '.sha256') FROM milestones
        WHERE run_id = this.run_id AND seq > last_seq
            AND kind IN ('WorkerFinished', 'VerifierFinished')
            AND json_extract(body, '$.launch') = this.launch
    ) AS sha256
FROM (
    SELECT
        run_id,
        json_extract(body, '$.launch') AS launch,
        json_extract(body, '$.channel') AS channel,
        SUM(json_extract(body, '$.length')) AS bytes,
        COUNT(*) AS chunks,
        MIN(seq) AS first_seq,
        MAX(seq) AS last_seq
    FROM events
    WHERE kind = 'OutputCaptured'
    GROUP BY run_id, json_extract(body, '$.launch'), json_extract(body, '$.channel')
) AS this;
CREATE TRIGGER log_identity_is_never_changed BEFORE UPDATE ON log_identity
BEGIN SELECT RAISE(ABORT, 'the log is append-only: its name is never changed'); END;
CREATE TRIGGER log_identity_is_never_deleted BEFORE DELETE ON log_identity
BEGIN SELECT RAISE(ABORT, 'the log is append-only: its name is never deleted'); END;
CREATE TRIGGER log_identity_is_one BEFORE INSERT ON log_identity
BEGIN SELECT RAISE(ABORT, 'the log is append-only: it has a name already'); END;
CREATE TRIGGER imports_are_never_changed BEFORE UPDATE ON imports
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an import is never changed'); END;
CREATE TRIGGER imports_are_never_deleted BEFORE DELETE ON imports
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an import is never deleted'); END;
CREATE TRIGGER imports_are_never_replaced BEFORE INSERT ON imports
WHEN EXISTS (SELECT 1 FROM imports WHERE run_id = NEW.run_id)
    OR NEW.rowid BETWEEN 0 AND (SELECT MAX(rowid) FROM imports)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: an import is never replaced'); END;
CREATE TRIGGER prunings_are_never_changed BEFORE UPDATE ON prunings
BEGIN SELECT RAISE(ABORT, 'the log is append-only: a pruning is never changed'); END;
CREATE TRIGGER prunings_are_never_deleted BEFORE DELETE ON prunings
BEGIN SELECT RAISE(ABORT, 'the log is append-only: a pruning is never deleted'); END;
CREATE TRIGGER prunings_are_never_replaced BEFORE INSERT ON prunings
WHEN NEW.position BETWEEN 0 AND (SELECT MAX(position) FROM prunings)
BEGIN SELECT RAISE(ABORT, 'the log is append-only: a pruning is never replaced'); END;
CREATE INDEX events_first ON events (run_id) WHERE seq = 0;
CREATE INDEX events_by_spec ON events (
    json_extract(body, '$.spec.path'), json_extract(body, '$.spec.workspace')
) WHERE seq = 0;
CREATE VIEW runs AS
SELECT
    run_id,
    COALESCE(
        (SELECT origin || '/' FROM imports WHERE imports.run_id = told.run_id), ''
    ) || json_extract(start, '$.spec.workspace') AS workspace,
    json_extract(start, '$.spec.id') AS spec_id,
    json_extract(start, '$.spec.name') AS spec_name,
    COALESCE(
        json_extract(finish, '$.outcome'),
        CASE last_turn WHEN 'RunHalted' THEN 'halted' ELSE 'open' END
    ) AS outcome,
    CASE last_turn WHEN 'RunHalted' THEN json_extract(last_turn_body, '$.cause') END AS cause,
    attempts,
    started_at,
    finished_at,
    seconds,
    json_extract(settings, '$.settings.worker.model') AS worker_model,
    json_extract(settings, '$.settings.verifier.model') AS verifier_model,
    input_tokens,
    output_tokens,
    json_extract(start, '$.spec.path') AS path,
    updated_at
FROM (
    SELECT
        run.run_id,
        run.body AS start,
        run.recorded_at AS started_at,
        (
            SELECT COUNT(*) FROM milestones
            WHERE run_id = run.run_id AND kind = 'AttemptStarted'
        ) AS attempts,
        (
            SELECT body FROM milestones
            WHERE run_id = run.run_id AND kind = 'RunFinished'
        ) AS finish,
        (
            SELECT recorded_at FROM milestones
            WHERE run_id = run.run_id AND kind = 'RunFinished'
        ) AS finished_at,
        (
            SELECT kind FROM milestones
            WHERE run_id = run.run_id AND kind IN ('RunHalted', 'RunResumed')
            ORDER BY seq DESC LIMIT 1
        ) AS last_turn,
        (
            SELECT body FROM milestones
            WHERE run_id = run.run_id AND kind IN ('RunHalted', 'RunResumed')
            ORDER BY seq DESC LIMIT 1
        ) AS last_turn_body,
        (
            SELECT body FROM milestones
            WHERE run_id = run.run_id AND kind IN ('RunStarted', 'RunResumed')
            ORDER BY seq DESC LIMIT 1
        ) AS settings,
        (
            SELECT SUM(json_extract(body, '$.seconds')) FROM milestones
            WHERE run_id = run.run_id AND kind IN ('WorkerFinished', 'VerifierFinished')
        ) AS seconds,
        (
            SELECT SUM(json_extract(body, '$.usage.input_tokens')) FROM milestones
            WHERE run_id = run.run_id AND kind IN ('WorkerFinished', 'VerifierFinished')
        ) AS input_tokens,
        (
            SELECT SUM(json_extract(body, '$.usage.output_tokens')) FROM milestones
            WHERE run_id = run.run_id AND kind IN ('WorkerFinished', 'VerifierFinished')
        ) AS output_tokens,
        (
            SELECT recorded_at FROM events
            WHERE run_id = run.run_id
            ORDER BY seq DESC LIMIT 1
        ) AS updated_at
    FROM events AS run
    WHERE run.seq = 0
) AS told;
COMMIT;
PRAGMA user_version = 2;
PRAGMA application_id = 1751477357;
