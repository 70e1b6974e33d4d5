BEGIN TRANSACTION;
CREATE TABLE "_sqlite_migrations" (
   "id" INTEGER PRIMARY KEY,
   "migration_set" TEXT,
   "name" TEXT,
   "applied_at" TEXT
);
INSERT INTO "_sqlite_migrations" VALUES(1,'helm','0001_event_log','2026-11-23 06:05:45.152017+00:00');
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
INSERT INTO "events" VALUES(1,'01KG9YS7KV0000000000000000',0,'RunStarted',1,'2026-01-31T12:00:00.123Z','{"spec":{"id":"spec-00-example","name":"An example","workspace":".","path":"specs/spec-00-example","body":{"path":"specs/spec-00-example/SPEC.md","text":"# An example\n\nAccept ä, 漢 and 🜁.\n","sha256":"014cdb68a7dacaab8b6925c46ccd6fdeeb28f6eac489d74a356b3e22c6755bba"},"checklist":{"path":"specs/spec-00-example/acceptance-checklist.md","text":"- [ ] an empty list\n","sha256":"720a0234502e5e9641f9a0b0c63eb7f19ed8d688a8b04823ce40bab81f3fbe07"},"worker_template":{"path":"specs/implement.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n","sha256":"f0def65c0465d505a1dcfa56adbb05770abe614ae14ce25dbb391f1dbe96cc53"},"verifier_template":{"path":"specs/review.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n","sha256":"44e4930154c1251601f2f635bacf68df0f3f858eaa67f7f236a0a0474e314f57"},"metadata":{"path":"specs/spec-00-example/metadata.json","text":"{\n  \"status\": \"todo\"\n}\n","sha256":"72f897e5158c50ca4895ccb758854176977a26cf7b643a4ba8588c29b1625051"}},"acceptance_commands":["make test"],"settings":{"mode":"parallel","max_attempts":3,"worker":{"model":"worker-model","reasoning":"high"},"verifier":{"model":"verifier-model","reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":5400.0,"verifier_timeout":null,"idle_timeout":3600.0,"redact":["sk-[a-z]+"]},"remaining_tasks":[],"unmet_dependencies":[],"helm_version":"0.1.0","report_format":1}','c023a1d89d59af796e612624472e7f6c4afd2ee2a98677f59a80f8ca73ed9d80');
INSERT INTO "events" VALUES(2,'01KG9YS7KV0000000000000000',1,'AttemptStarted',1,'2026-01-31T12:00:01.623Z','{"attempt":1}','ca5b77fee0e37106397c7d2ddf830df3b4b1445659ecff65522561589faaf10d');
INSERT INTO "events" VALUES(3,'01KG9YS7KV0000000000000000',2,'WorkerLaunched',1,'2026-01-31T12:00:03.123Z','{"attempt":1,"launch":1,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[]\n","argv":["codex","exec","--json","-"]}','eee4368c5949fa28ae17a08b46f419809d1f0784f6545429e3804044a2623911');
INSERT INTO "events" VALUES(4,'01KG9YS7KV0000000000000000',3,'AgentSpawned',1,'2026-01-31T12:00:04.623Z','{"launch":1,"pid":4711,"process_group":4711,"started_at":1769860800.25}','d8ca32c45ba4ec3b916963ca8cfe3f5dd386751e32fe94f4152fc37f805dd35a');
INSERT INTO "events" VALUES(5,'01KG9YS7KV0000000000000000',4,'SessionOpened',1,'2026-01-31T12:00:06.123Z','{"launch":1,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','135e3f61095f445ab06a0926f5b070dff2cbe77585c3381d5ee834768aa0cf3d');
INSERT INTO "events" VALUES(6,'01KG9YS7KV0000000000000000',5,'ActivityReported',1,'2026-01-31T12:00:07.623Z','{"launch":1,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','6a067944e5a17a591eae140d482f1723195afe075407cac860c42170ac7642cc');
INSERT INTO "events" VALUES(7,'01KG9YS7KV0000000000000000',6,'ActivityReported',1,'2026-01-31T12:00:09.123Z','{"launch":1,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','968c024850b9a68fc48ab483d8e025d7c3120285fe3ef388fa570405e225640f');
INSERT INTO "events" VALUES(8,'01KG9YS7KV0000000000000000',7,'ActivityReported',1,'2026-01-31T12:00:10.623Z','{"launch":1,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','10ba812f04808a448c8448bbcde6bb9612f767bf9d01bf24e7a89c698575c222');
INSERT INTO "events" VALUES(9,'01KG9YS7KV0000000000000000',8,'ActivityReported',1,'2026-01-31T12:00:12.123Z','{"launch":1,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','1c94cb2e8b5de6218ccd3dfbe679b62236b425cf88352acf85928677b497d4b5');
INSERT INTO "events" VALUES(10,'01KG9YS7KV0000000000000000',9,'ActivityReported',1,'2026-01-31T12:00:13.623Z','{"launch":1,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','eac7b20d967b9183dc2885ca275ee81f126d0df015c9f3c2878a60fe644baef0');
INSERT INTO "events" VALUES(11,'01KG9YS7KV0000000000000000',10,'ActivityReported',1,'2026-01-31T12:00:15.123Z','{"launch":1,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','d8f2a0fa583a3b44dc64a589fa49b1ad2304e24bd0da02fbe9d8306151d66582');
INSERT INTO "events" VALUES(12,'01KG9YS7KV0000000000000000',11,'ActivityReported',1,'2026-01-31T12:00:16.623Z','{"launch":1,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','66b4578ea32e024682a828046f143ac264147ba7fcc6bad6d250228cb2d17e45');
INSERT INTO "events" VALUES(13,'01KG9YS7KV0000000000000000',12,'ActivityReported',1,'2026-01-31T12:00:18.123Z','{"launch":1,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','922f1171bcd5be84fd509e5ef6bb5f28ff407c4b474b7dab77a2d08201df33be');
INSERT INTO "events" VALUES(14,'01KG9YS7KV0000000000000000',13,'ActivityReported',1,'2026-01-31T12:00:19.623Z','{"launch":1,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','474cc0fdc87ff93bc8dfc200d7ffe08a29479f2cc3fc86ae43f683c1a9c6acc8');
INSERT INTO "events" VALUES(15,'01KG9YS7KV0000000000000000',14,'ActivityReported',1,'2026-01-31T12:00:21.123Z','{"launch":1,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','1b251140a4ea97ceda4c1579e3aaf07b3a6f8650313e88ac2e179c4385125c51');
INSERT INTO "events" VALUES(16,'01KG9YS7KV0000000000000000',15,'OutputCaptured',1,'2026-01-31T12:00:22.623Z','{"launch":1,"channel":"stdout","offset":0,"length":5,"sha256":"0ddca2f91b4dfa3aa00fe0be0b165bb29258157fa221b105e9ecd28458b7ea9a"}','aaad81bf937344de126817fe0f04a19b5b2a79be744861b27b25f522aad5eb0f');
INSERT INTO "events" VALUES(17,'01KG9YS7KV0000000000000000',16,'OutputCaptured',1,'2026-01-31T12:00:24.123Z','{"launch":1,"channel":"stdout","offset":5,"length":5,"sha256":"f2b6608af3f42d420b76fbc4fa6796cddfa5bb9f1242290ab886f1895725e7bd"}','6c72ac5d79c16fffb80aa4505830b97d0a9acfce162628c236c05ab4e4f59d81');
INSERT INTO "events" VALUES(18,'01KG9YS7KV0000000000000000',17,'OutputCaptured',1,'2026-01-31T12:00:25.623Z','{"launch":1,"channel":"stderr","offset":0,"length":3,"sha256":"a2d8daa4281b886508f0abfe6e8f736e34f4dcaae4374e390ebf699f83d2b44f"}','c095d2be35a7ae91b10245430fb39411b844406ad95b82e4996b7e3a1ae38184');
INSERT INTO "events" VALUES(19,'01KG9YS7KV0000000000000000',18,'OutputCaptured',1,'2026-01-31T12:00:27.123Z','{"launch":1,"channel":"stderr","offset":3,"length":4,"sha256":"eb68452c7d8221f819bf86d51e7aa97b4181f1315a5dae7689a7c99fc590d932"}','9507a3178a532d37c284ed7c177a5a48af1daba1518b35babe7136b185edc302');
INSERT INTO "events" VALUES(20,'01KG9YS7KV0000000000000000',19,'InputChanged',1,'2026-01-31T12:00:28.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','4611b0f6ca2e8a6bae36181cc1263d828804e2309739fa2dee053d2bc88da2d6');
INSERT INTO "events" VALUES(21,'01KG9YS7KV0000000000000000',20,'WorkerFinished',1,'2026-01-31T12:00:30.123Z','{"launch":1,"ending":"stopped","exit_code":null,"signal":15,"seconds":61.5,"report":"half of it","usage":null,"stdout":{"length":10,"sha256":"79fc9ae17531330efc8af533faae64e2d1c7bc44edf22e4723ae19da32dc8d82"},"stderr":{"length":7,"sha256":"bf961ac7296d39478cbd2ddc30568e45a0c2fcbadea50dfc30108f4f9508a8aa"}}','cd389dd2b7fc254477ab3cd42492a93be18a75745093be618d35d60e22d11523');
INSERT INTO "events" VALUES(22,'01KG9YS7KV0000000000000000',21,'RunHalted',1,'2026-01-31T12:00:30.123Z','{"cause":"SIGINT","detail":"the agent stopped"}','a41d6bb036165a53f701e3f686144e391ca1bd284fa2340b08e9231e3a0258a5');
INSERT INTO "events" VALUES(23,'01KG9YS7KV0000000000000000',22,'RunResumed',1,'2026-01-31T12:00:31.623Z','{"settings":{"mode":"parallel","max_attempts":3,"worker":{"model":"worker-model","reasoning":"high"},"verifier":{"model":"verifier-model","reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":5400.0,"verifier_timeout":null,"idle_timeout":3600.0,"redact":["sk-[a-z]+"]}}','1b79c0ae0ddbf6d5ff4b3e1005d9e15223fa8c253a850551cd3f20f51a04bd11');
INSERT INTO "events" VALUES(24,'01KG9YS7KV0000000000000000',23,'WorkerLaunched',1,'2026-01-31T12:00:33.123Z','{"attempt":1,"launch":2,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[]\n","argv":["codex","exec","--json","-"]}','a4bdc57127d989f9aab7886c0f342f4b4113a3da1c2b155616e8adc3a969e5dc');
INSERT INTO "events" VALUES(25,'01KG9YS7KV0000000000000000',24,'AgentSpawned',1,'2026-01-31T12:00:34.623Z','{"launch":2,"pid":4711,"process_group":4711,"started_at":1769860800.25}','1734908a7bc9ce798ca3e644188a269a0246dfbafc763c82eaafac5f7dd88112');
INSERT INTO "events" VALUES(26,'01KG9YS7KV0000000000000000',25,'SessionOpened',1,'2026-01-31T12:00:36.123Z','{"launch":2,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','188cc269a973a93bc6ad8ec930156e1671d9db983704e086e43cc3807c1ba9eb');
INSERT INTO "events" VALUES(27,'01KG9YS7KV0000000000000000',26,'ActivityReported',1,'2026-01-31T12:00:37.623Z','{"launch":2,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','a8284453046e4f2152925db655f1b24a79b80467a5224678430900488c560497');
INSERT INTO "events" VALUES(28,'01KG9YS7KV0000000000000000',27,'ActivityReported',1,'2026-01-31T12:00:39.123Z','{"launch":2,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','74310e0867035e0a7a4e2b80090074085191753037ff346b6a14252abd090746');
INSERT INTO "events" VALUES(29,'01KG9YS7KV0000000000000000',28,'ActivityReported',1,'2026-01-31T12:00:40.623Z','{"launch":2,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','95ad4f5cf1bed4b244c3b7de8e801ff48593c7865a40b72025a10d981b7d9ecd');
INSERT INTO "events" VALUES(30,'01KG9YS7KV0000000000000000',29,'ActivityReported',1,'2026-01-31T12:00:42.123Z','{"launch":2,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','0f65332a74e17a0c92925cb32d2f90773800022ce0aa785b1e52af0c47cfd39a');
INSERT INTO "events" VALUES(31,'01KG9YS7KV0000000000000000',30,'ActivityReported',1,'2026-01-31T12:00:43.623Z','{"launch":2,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','677933a8302d3ce7ff62c344ec0e0313f801df88c9a3f7f2fb8687b78534c142');
INSERT INTO "events" VALUES(32,'01KG9YS7KV0000000000000000',31,'ActivityReported',1,'2026-01-31T12:00:45.123Z','{"launch":2,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','e946b2ad8cc35404197253782adaceeca9751cff1fbc3588c1ae232a56e981ec');
INSERT INTO "events" VALUES(33,'01KG9YS7KV0000000000000000',32,'ActivityReported',1,'2026-01-31T12:00:46.623Z','{"launch":2,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','82433e887d4815534dc6b95aed639eae16225bc03b01836536ecc1bccc5f07fc');
INSERT INTO "events" VALUES(34,'01KG9YS7KV0000000000000000',33,'ActivityReported',1,'2026-01-31T12:00:48.123Z','{"launch":2,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','a57a604f93f0bba07063b714ce9f65722aafb000527132c3103767d3b4f41bb4');
INSERT INTO "events" VALUES(35,'01KG9YS7KV0000000000000000',34,'ActivityReported',1,'2026-01-31T12:00:49.623Z','{"launch":2,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','108accf67d99c3cb6820518ed2cb56f9c00ebfcd94e0abcd2a7b81bfc51f2892');
INSERT INTO "events" VALUES(36,'01KG9YS7KV0000000000000000',35,'ActivityReported',1,'2026-01-31T12:00:51.123Z','{"launch":2,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','7924342e55ec53c44bd7dec395b37fbfee3372190052fdeb393db7c6cea8e133');
INSERT INTO "events" VALUES(37,'01KG9YS7KV0000000000000000',36,'OutputCaptured',1,'2026-01-31T12:00:52.623Z','{"launch":2,"channel":"stdout","offset":0,"length":33,"sha256":"97668a5f8633eebe423d53e448c7723678bca7001f541e621582c12de5eec978"}','58b6593bf9f5b224c5a79896ce0b4ebd6dcd14190927d6da39b835b0de53ed62');
INSERT INTO "events" VALUES(38,'01KG9YS7KV0000000000000000',37,'OutputCaptured',1,'2026-01-31T12:00:54.123Z','{"launch":2,"channel":"stdout","offset":33,"length":34,"sha256":"b9e58555f17d71b3cd157412c612b4400ac6cda080ba6a8ddff2454e16a9599e"}','2b3c3a37440d26ce0cd3503dc7a51aebb634362dd436c60e771c94118031c08b');
INSERT INTO "events" VALUES(39,'01KG9YS7KV0000000000000000',38,'OutputCaptured',1,'2026-01-31T12:00:55.623Z','{"launch":2,"channel":"stderr","offset":0,"length":6,"sha256":"1a1c1a65ada4910c71d09f389d91c1e4ceee17556c74e6ae2662423882c554ef"}','f4e9f685d994afd8eeb059e7ace2226914ebc61c9feea4a7fb6edaba4c8ab2fb');
INSERT INTO "events" VALUES(40,'01KG9YS7KV0000000000000000',39,'OutputCaptured',1,'2026-01-31T12:00:57.123Z','{"launch":2,"channel":"stderr","offset":6,"length":7,"sha256":"1605b9200a98f45ebe0acdde5c3fa4a7ad5cb6cca6e28676607262df386314c7"}','078426e2f6179e48a164a1f44b1f0a3e3c14fc45fdc8620bc5b681f885f5df73');
INSERT INTO "events" VALUES(41,'01KG9YS7KV0000000000000000',40,'InputChanged',1,'2026-01-31T12:00:58.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','7f52445aa48f356b77e1cb1cd7f82a4828e0da52404f93705d59f759edc8c973');
INSERT INTO "events" VALUES(42,'01KG9YS7KV0000000000000000',41,'WorkerFinished',1,'2026-01-31T12:01:00.123Z','{"launch":2,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"The parser accepts an empty list now. 漢字, and a key: sk-secret\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":67,"sha256":"0f17979dd6340b55895e5eac845f0922f24315850730acd79397e69d17862355"},"stderr":{"length":13,"sha256":"12c1357a66efc9740570e1943eb45974f78f8944911e7405747d1f1161ba135d"}}','e676aa28e11999a40a2c2cbe4a9b4d43814f62a3e679149d9111b98dc4fa8c49');
INSERT INTO "events" VALUES(43,'01KG9YS7KV0000000000000000',42,'VerifierLaunched',1,'2026-01-31T12:01:01.623Z','{"attempt":1,"launch":3,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- [ ] an empty list\n\nThe parser accepts an empty list now. 漢字, and a key: sk-secret\n\n","argv":["codex","exec","--json","--sandbox","read-only","-"]}','409d2c97f258e00fa04eea3cc999d7cbc96f55ff2509efa23c05b36b8648bb73');
INSERT INTO "events" VALUES(44,'01KG9YS7KV0000000000000000',43,'AgentSpawned',1,'2026-01-31T12:01:03.123Z','{"launch":3,"pid":4712,"process_group":4712,"started_at":1769860900.5}','daa1ea7b59a80a9e947c6028e57cb6d5454591199c01ed71fd50155a160ec331');
INSERT INTO "events" VALUES(45,'01KG9YS7KV0000000000000000',44,'OutputCaptured',1,'2026-01-31T12:01:04.623Z','{"launch":3,"channel":"stdout","offset":0,"length":41,"sha256":"c6f55616d1def3e80aa496313a38e1e7d0bfb4d187122fc0eabae85dc90602c1"}','06dd8015746c82cb65f60d657f27213c8a85693ab0995cc9b757f6d1a936d9b4');
INSERT INTO "events" VALUES(46,'01KG9YS7KV0000000000000000',45,'OutputCaptured',1,'2026-01-31T12:01:06.123Z','{"launch":3,"channel":"stdout","offset":41,"length":42,"sha256":"4dad41d953065d1bfe532987ac734240d34906256b3c77e7b86a8a16acd21fdf"}','d04d7746f72a58a81b03061d345616da2323d9bb9aa0b8239610858344ed08e9');
INSERT INTO "events" VALUES(47,'01KG9YS7KV0000000000000000',46,'VerifierFinished',1,'2026-01-31T12:01:07.623Z','{"launch":3,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"STATUS: missing\n{\"remainingTasks\": [\"accept an empty list\", \"say so in the docs\"]}\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":83,"sha256":"02aed79d19bf2604ccd414e391fdff881568d35ac34ca3699072e646db749b4c"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','7a1bc43fd8b92edbd2676bcfaff82394748612f0b6cf522e5f2beb73a08ca34f');
INSERT INTO "events" VALUES(48,'01KG9YS7KV0000000000000000',47,'VerdictGiven',1,'2026-01-31T12:01:07.623Z','{"attempt":1,"launch":3,"status":"missing","remaining_tasks":["accept an empty list","say so in the docs"],"commentary":""}','406972596ee98a88c511f274391ff07e2f56f4cfa2ede961108a0ffbff5d12d3');
INSERT INTO "events" VALUES(49,'01KG9YS7KV0000000000000000',48,'AttemptStarted',1,'2026-01-31T12:01:09.123Z','{"attempt":2}','faf5ffbb54249efa3a2ab64d9cf9b0950771d46ddb15654f70a98fe9cb0e714d');
INSERT INTO "events" VALUES(50,'01KG9YS7KV0000000000000000',49,'WorkerLaunched',1,'2026-01-31T12:01:10.623Z','{"attempt":2,"launch":4,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[\n  \"accept an empty list\",\n  \"say so in the docs\"\n]\n","argv":["codex","exec","--json","-"]}','dfff3f11c191650775af6be41e78b15fe7953b784d2b65ba67b0e6ce4de34e67');
INSERT INTO "events" VALUES(51,'01KG9YS7KV0000000000000000',50,'AgentSpawned',1,'2026-01-31T12:01:12.123Z','{"launch":4,"pid":4711,"process_group":4711,"started_at":1769860800.25}','3825f820aa49aaa56a7f0ded51ddc73c51f515bd89eeedc53bb441f28611b187');
INSERT INTO "events" VALUES(52,'01KG9YS7KV0000000000000000',51,'SessionOpened',1,'2026-01-31T12:01:13.623Z','{"launch":4,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','85ed88e2c0caebae0cfc093df3f410371e7e5395f2f8d0af9203d5736676d12c');
INSERT INTO "events" VALUES(53,'01KG9YS7KV0000000000000000',52,'ActivityReported',1,'2026-01-31T12:01:15.123Z','{"launch":4,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','19aac66f67d5ce47de9a7b5d29fa2dc0a29041bf85d59eeb399bf4a5d35dfba5');
INSERT INTO "events" VALUES(54,'01KG9YS7KV0000000000000000',53,'ActivityReported',1,'2026-01-31T12:01:16.623Z','{"launch":4,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','9d071efb4ad4b65d24d218269022567dc232369a3295e0a004db8fe4b4a452dd');
INSERT INTO "events" VALUES(55,'01KG9YS7KV0000000000000000',54,'ActivityReported',1,'2026-01-31T12:01:18.123Z','{"launch":4,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','d9df17641d3d24c32ad5b3c09e2bd346f14d61947b3143477153532d3d6f6208');
INSERT INTO "events" VALUES(56,'01KG9YS7KV0000000000000000',55,'ActivityReported',1,'2026-01-31T12:01:19.623Z','{"launch":4,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','286574d49e261ebd629716ae1c55b600a9863687478cb57bafcbe779b1d516d3');
INSERT INTO "events" VALUES(57,'01KG9YS7KV0000000000000000',56,'ActivityReported',1,'2026-01-31T12:01:21.123Z','{"launch":4,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','f7d868cd0f5a849bd4d668d3fed40f93821b230133fd7c911b9cd30af7040590');
INSERT INTO "events" VALUES(58,'01KG9YS7KV0000000000000000',57,'ActivityReported',1,'2026-01-31T12:01:22.623Z','{"launch":4,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','79ac11ae54b012460240dfdfae674b46c9ab3a789e1528afaf47a693c69e06c7');
INSERT INTO "events" VALUES(59,'01KG9YS7KV0000000000000000',58,'ActivityReported',1,'2026-01-31T12:01:24.123Z','{"launch":4,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','0b404891ad1b8e0b2ae494bd62ac932e75d30f2bd135d52de2ff4fbe144ece12');
INSERT INTO "events" VALUES(60,'01KG9YS7KV0000000000000000',59,'ActivityReported',1,'2026-01-31T12:01:25.623Z','{"launch":4,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','1267e979b33408e2fa59154561d2e5b93a9df93090190428f104daff28f7edb0');
INSERT INTO "events" VALUES(61,'01KG9YS7KV0000000000000000',60,'ActivityReported',1,'2026-01-31T12:01:27.123Z','{"launch":4,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','8a26e51fb82345be1449ddfe9fc0ff94244d493a921ad5f7b718fea91a60175f');
INSERT INTO "events" VALUES(62,'01KG9YS7KV0000000000000000',61,'ActivityReported',1,'2026-01-31T12:01:28.623Z','{"launch":4,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','32c11a2eb97af32366cc31a557554af406b445d2e2bc615f1bbb167d7c475501');
INSERT INTO "events" VALUES(63,'01KG9YS7KV0000000000000000',62,'OutputCaptured',1,'2026-01-31T12:01:30.123Z','{"launch":4,"channel":"stdout","offset":0,"length":3,"sha256":"24b6bef25e6e1efd34fdef52e772b39bfd818a77b5eea88f1badfe790361b7e5"}','ce861a7232430bfcc6d39dc0266de7fbfe7e90001d9b16e131147afe22589829');
INSERT INTO "events" VALUES(64,'01KG9YS7KV0000000000000000',63,'OutputCaptured',1,'2026-01-31T12:01:31.623Z','{"launch":4,"channel":"stdout","offset":3,"length":3,"sha256":"9dfeec3213b7bf9e4e932df701691c33284ec0a3371182248b94d5ea5a07d13d"}','3ce91e3bedb7ddb354bfaccb665ea0b4e410b9c8587a5d4ee882eaf79a122487');
INSERT INTO "events" VALUES(65,'01KG9YS7KV0000000000000000',64,'InputChanged',1,'2026-01-31T12:01:33.123Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','b66e23fad9b968a122069e7dd7a6caff46e73bf8eeb15804a3549b87ad9e1a89');
INSERT INTO "events" VALUES(66,'01KG9YS7KV0000000000000000',65,'WorkerFinished',1,'2026-01-31T12:01:34.623Z','{"launch":4,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"Done.\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":6,"sha256":"16fceed19d3f55f9da618f9b89fe69d717d6015113a0d8312af96ea0eabee312"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','d6a730bb28be92408e1bf3f076dda9b67d1c2206a6d5960fa2834897281b6f49');
INSERT INTO "events" VALUES(67,'01KG9YS7KV0000000000000000',66,'VerifierLaunched',1,'2026-01-31T12:01:36.123Z','{"attempt":2,"launch":5,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- [ ] an empty list\n\nDone.\n\n","argv":["codex","exec","--json","--sandbox","read-only","-"]}','666ee185895530af8a01220f2aaa0aa391836baa4eff3ee986f0e2b07451a29b');
INSERT INTO "events" VALUES(68,'01KG9YS7KV0000000000000000',67,'AgentSpawned',1,'2026-01-31T12:01:37.623Z','{"launch":5,"pid":4712,"process_group":4712,"started_at":1769860900.5}','5d3e49d76f79832d31e10069bd9b08f1d3972c4ad7060e73558ec2347fecc266');
INSERT INTO "events" VALUES(69,'01KG9YS7KV0000000000000000',68,'OutputCaptured',1,'2026-01-31T12:01:39.123Z','{"launch":5,"channel":"stdout","offset":0,"length":36,"sha256":"93589dcc4c50520c07b7db4308269e0f36df48476711872025f256a38b9265d5"}','9a343ed5e3d2c42d63b9c5f7be3ed3d23db88a757aaf88f3bfd9e45070156e92');
INSERT INTO "events" VALUES(70,'01KG9YS7KV0000000000000000',69,'OutputCaptured',1,'2026-01-31T12:01:40.623Z','{"launch":5,"channel":"stdout","offset":36,"length":37,"sha256":"1efd7fb4d2fc9fbf3cd6bdb27e6d6588a6b02d1bb712605805fb2af4267e90c9"}','29d4fa9a6165ce6c917dbecee3d5cd3c8b0091a0a09890a7060cfa07aba88548');
INSERT INTO "events" VALUES(71,'01KG9YS7KV0000000000000000',70,'VerifierFinished',1,'2026-01-31T12:01:42.123Z','{"launch":5,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"STATUS: missing\n{\"remainingTasks\": [\"say so in the docs\"]}\nNearly there.\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":73,"sha256":"ca2cabbe220fad945efb2b1e9b9db900d5ea35bc2df59e6f3b15230e751e2769"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','069eeb775c55ddd2c153815e843e9557015f8d5a34cf9c75d7709b9fb334cb24');
INSERT INTO "events" VALUES(72,'01KG9YS7KV0000000000000000',71,'VerdictGiven',1,'2026-01-31T12:01:42.123Z','{"attempt":2,"launch":5,"status":"missing","remaining_tasks":["say so in the docs"],"commentary":"Nearly there.\n"}','6fd4cd3bec720a69fea85b569f0a061c353c56126f75ab1e41776d68d8494a10');
INSERT INTO "events" VALUES(73,'01KG9YS7KV0000000000000000',72,'AttemptStarted',1,'2026-01-31T12:01:43.623Z','{"attempt":3}','f46d84872b2e7b777a439b228a5db447b8ba9003d45b180fd979dfad83631519');
INSERT INTO "events" VALUES(74,'01KG9YS7KV0000000000000000',73,'WorkerLaunched',1,'2026-01-31T12:01:45.123Z','{"attempt":3,"launch":6,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[\n  \"say so in the docs\"\n]\n","argv":["codex","exec","--json","-"]}','068ea5e6b3b507c9fcd7ddeba14ec879cf7935aa727a3df883606466b0e86767');
INSERT INTO "events" VALUES(75,'01KG9YS7KV0000000000000000',74,'AgentSpawned',1,'2026-01-31T12:01:46.623Z','{"launch":6,"pid":4711,"process_group":4711,"started_at":1769860800.25}','9002a828daf38d7c0d833dc0dc26eac1a1599d996cd881a45cefcabadb2f77ff');
INSERT INTO "events" VALUES(76,'01KG9YS7KV0000000000000000',75,'SessionOpened',1,'2026-01-31T12:01:48.123Z','{"launch":6,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','8184d60b4fc8b7d7218fd04db0a97120f864163851ad3104c01ed3b4928a8b9f');
INSERT INTO "events" VALUES(77,'01KG9YS7KV0000000000000000',76,'ActivityReported',1,'2026-01-31T12:01:49.623Z','{"launch":6,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','5287c5c472f0dd9550bacbad070318969360ae4f49f85e5877a7725a418464a5');
INSERT INTO "events" VALUES(78,'01KG9YS7KV0000000000000000',77,'ActivityReported',1,'2026-01-31T12:01:51.123Z','{"launch":6,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','05236ed8dd1470f8dca513cae2cd8ec04a32a46389076cd562fc6803beb55c20');
INSERT INTO "events" VALUES(79,'01KG9YS7KV0000000000000000',78,'ActivityReported',1,'2026-01-31T12:01:52.623Z','{"launch":6,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','2eddf415f35c251c0d40861d26869f41cd1925a39a603792f6ebbb0b9e1a5e43');
INSERT INTO "events" VALUES(80,'01KG9YS7KV0000000000000000',79,'ActivityReported',1,'2026-01-31T12:01:54.123Z','{"launch":6,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','95596448eb909c2215a330f090924741b15e5d7e4bcc683baed1024abd7cfb97');
INSERT INTO "events" VALUES(81,'01KG9YS7KV0000000000000000',80,'ActivityReported',1,'2026-01-31T12:01:55.623Z','{"launch":6,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','378660d2fead924d791f1dd74e4a50810cac291d5db65222b7362c647a2e8d68');
INSERT INTO "events" VALUES(82,'01KG9YS7KV0000000000000000',81,'ActivityReported',1,'2026-01-31T12:01:57.123Z','{"launch":6,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','e679398f14a86002e624abe90ff69ba1b0d31867d7e468047605d504eb6bf345');
INSERT INTO "events" VALUES(83,'01KG9YS7KV0000000000000000',82,'ActivityReported',1,'2026-01-31T12:01:58.623Z','{"launch":6,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','13b7da6c2659e7145b70ebb183a530f0cb61a528e449fe05cf3715b0cd468b2a');
INSERT INTO "events" VALUES(84,'01KG9YS7KV0000000000000000',83,'ActivityReported',1,'2026-01-31T12:02:00.123Z','{"launch":6,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','e440c1cfef0ef9668803aba7716f207ea4be3edac9a7f4f6c171147c604e86fb');
INSERT INTO "events" VALUES(85,'01KG9YS7KV0000000000000000',84,'ActivityReported',1,'2026-01-31T12:02:01.623Z','{"launch":6,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','46cd5e2221ff0d4ad14378166d77efe9ba275217fb7da83c6d99b9bc3fdf4192');
INSERT INTO "events" VALUES(86,'01KG9YS7KV0000000000000000',85,'ActivityReported',1,'2026-01-31T12:02:03.123Z','{"launch":6,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','21be1a08b35f294bbed72463a0455695b9d6d714c92b3efb53c0e115c6338ce8');
INSERT INTO "events" VALUES(87,'01KG9YS7KV0000000000000000',86,'OutputCaptured',1,'2026-01-31T12:02:04.623Z','{"launch":6,"channel":"stdout","offset":0,"length":33,"sha256":"97668a5f8633eebe423d53e448c7723678bca7001f541e621582c12de5eec978"}','b20266bdf25284ace2d9ed8c26c6ea728840a580881989448ae96f629ab55af0');
INSERT INTO "events" VALUES(88,'01KG9YS7KV0000000000000000',87,'OutputCaptured',1,'2026-01-31T12:02:06.123Z','{"launch":6,"channel":"stdout","offset":33,"length":34,"sha256":"b9e58555f17d71b3cd157412c612b4400ac6cda080ba6a8ddff2454e16a9599e"}','fbb6efa98b915908f1e19531551b33a255b642eb77fcb415802a0fb0d128cbb8');
INSERT INTO "events" VALUES(89,'01KG9YS7KV0000000000000000',88,'InputChanged',1,'2026-01-31T12:02:07.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','c75d9b03826be847c8acdbf921f1a88c5b291731acdb52e48ae80835a5c05ebc');
INSERT INTO "events" VALUES(90,'01KG9YS7KV0000000000000000',89,'WorkerFinished',1,'2026-01-31T12:02:09.123Z','{"launch":6,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"The parser accepts an empty list now. 漢字, and a key: sk-secret\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":67,"sha256":"0f17979dd6340b55895e5eac845f0922f24315850730acd79397e69d17862355"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','d867875bdae07789205af7d94a433a0671e51529feb1bacd7cc7a06859720c23');
INSERT INTO "events" VALUES(91,'01KG9YS7KV0000000000000000',90,'VerifierLaunched',1,'2026-01-31T12:02:10.623Z','{"attempt":3,"launch":7,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- [ ] an empty list\n\nThe parser accepts an empty list now. 漢字, and a key: sk-secret\n\n","argv":["codex","exec","--json","--sandbox","read-only","-"]}','45e58d6f4a8ed7ee465029a333c0db9ad2c33f068db2e834ebf19c368af5a7e2');
INSERT INTO "events" VALUES(92,'01KG9YS7KV0000000000000000',91,'AgentSpawned',1,'2026-01-31T12:02:12.123Z','{"launch":7,"pid":4712,"process_group":4712,"started_at":1769860900.5}','8b592b937b6f5b3a2e7b8f0857d08033240b279242f2713a9bad7a938fb49a29');
INSERT INTO "events" VALUES(93,'01KG9YS7KV0000000000000000',92,'OutputCaptured',1,'2026-01-31T12:02:13.623Z','{"launch":7,"channel":"stdout","offset":0,"length":29,"sha256":"903aa9794278d1b46c67c5c7a3bc341725a325b9ca05ed360586450679ab7bb5"}','ece3ca05f1400a0fd243cb402d42b0f6dc5a97999707b5aabdee37d6d7cb1173');
INSERT INTO "events" VALUES(94,'01KG9YS7KV0000000000000000',93,'OutputCaptured',1,'2026-01-31T12:02:15.123Z','{"launch":7,"channel":"stdout","offset":29,"length":29,"sha256":"59363e09df085e60082a769cb74cae8423fe1ad618d47e441c01cbd646e29f52"}','7d53bab1c13d86af99effa59d13c921cd84a37db1dc9aa35a324eb49ed5c34ab');
INSERT INTO "events" VALUES(95,'01KG9YS7KV0000000000000000',94,'VerifierFinished',1,'2026-01-31T12:02:16.623Z','{"launch":7,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"STATUS: ok\n{\"remainingTasks\": []}\nEvery criterion is met.\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":58,"sha256":"8201ebcf33d619a75d5ca73c236480b5d728b04c334161f9056715d8e7645d93"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','6a6ce448257e7f414af98bb7f8dc5640e17b054a64e214907552d19d08e3fa05');
INSERT INTO "events" VALUES(96,'01KG9YS7KV0000000000000000',95,'VerdictGiven',1,'2026-01-31T12:02:16.623Z','{"attempt":3,"launch":7,"status":"ok","remaining_tasks":[],"commentary":"Every criterion is met.\n"}','a0bad9f7a905ebea9e7fe3fad1c86168d35099fdfa05472a4fdbd850312e2890');
INSERT INTO "events" VALUES(97,'01KG9YS7KV0000000000000000',96,'RunFinished',1,'2026-01-31T12:02:16.623Z','{"outcome":"accepted"}','34406621c83ee4d665b92ac4801af8ca68e214f7f5bde2c18f7ebd53275a49fd');
INSERT INTO "events" VALUES(98,'01KGA2737V040G2081040G2081',0,'RunStarted',1,'2026-01-31T13:00:00.123Z','{"spec":{"id":"spec-01-lists","name":"An example","workspace":".","path":"specs/spec-01-lists","body":{"path":"specs/spec-01-lists/SPEC.md","text":"# An example\n\nAccept ä, 漢 and 🜁.\n","sha256":"014cdb68a7dacaab8b6925c46ccd6fdeeb28f6eac489d74a356b3e22c6755bba"},"checklist":{"path":"specs/spec-01-lists/acceptance-checklist.md","text":"- [ ] an empty list\n","sha256":"720a0234502e5e9641f9a0b0c63eb7f19ed8d688a8b04823ce40bab81f3fbe07"},"worker_template":{"path":"specs/implement.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n","sha256":"f0def65c0465d505a1dcfa56adbb05770abe614ae14ce25dbb391f1dbe96cc53"},"verifier_template":{"path":"specs/review.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n","sha256":"44e4930154c1251601f2f635bacf68df0f3f858eaa67f7f236a0a0474e314f57"},"metadata":{"path":"specs/spec-01-lists/metadata.json","text":"{\n  \"status\": \"todo\"\n}\n","sha256":"72f897e5158c50ca4895ccb758854176977a26cf7b643a4ba8588c29b1625051"}},"acceptance_commands":["make test"],"settings":{"mode":"strict","max_attempts":1,"worker":{"model":null,"reasoning":null},"verifier":{"model":null,"reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":null,"verifier_timeout":null,"idle_timeout":3600.0,"redact":[]},"remaining_tasks":[],"unmet_dependencies":["spec-09"],"helm_version":"0.1.0","report_format":1}','966b3f8b97978d64384ef00a452a771ed830343f6401e9bfb5f6f0c81a2b85ec');
INSERT INTO "events" VALUES(99,'01KGA2737V040G2081040G2081',1,'AttemptStarted',1,'2026-01-31T13:00:01.623Z','{"attempt":1}','05de7ff6e46c5c154f8a6957d3e7534c50e5afd3918b40790e2ef936dc38de3c');
INSERT INTO "events" VALUES(100,'01KGA2737V040G2081040G2081',2,'WorkerLaunched',1,'2026-01-31T13:00:03.123Z','{"attempt":1,"launch":1,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[]\n","argv":["codex","exec","--json","-"]}','5c0c3efb75602be6f2f3580263005ed3dc6f7e5130f588220e75d4ebdfc36ea5');
INSERT INTO "events" VALUES(101,'01KGA2737V040G2081040G2081',3,'AgentSpawned',1,'2026-01-31T13:00:04.623Z','{"launch":1,"pid":4711,"process_group":4711,"started_at":1769860800.25}','7b2995a2319c889b1692415057360f38bae1445adc226567d52c11ddc0010b1b');
INSERT INTO "events" VALUES(102,'01KGA2737V040G2081040G2081',4,'SessionOpened',1,'2026-01-31T13:00:06.123Z','{"launch":1,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','6c7b69a4fb0d596a69c5e23bb310972e80a915638429b897d8caa3fb1768e86e');
INSERT INTO "events" VALUES(103,'01KGA2737V040G2081040G2081',5,'ActivityReported',1,'2026-01-31T13:00:07.623Z','{"launch":1,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','7ae7e1f0146bc158b62a7a4e078386356afcd2f0971bc095790fc1b688c36d1d');
INSERT INTO "events" VALUES(104,'01KGA2737V040G2081040G2081',6,'ActivityReported',1,'2026-01-31T13:00:09.123Z','{"launch":1,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','9264e6155278e9a12f21939f9092a6a92829788236ac474e7bc8aecc64c1b2ad');
INSERT INTO "events" VALUES(105,'01KGA2737V040G2081040G2081',7,'ActivityReported',1,'2026-01-31T13:00:10.623Z','{"launch":1,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','0982d2e9ac2a3f76de04c748023487f8edcaa7c4fce26d932ff60ef6ac8f2db9');
INSERT INTO "events" VALUES(106,'01KGA2737V040G2081040G2081',8,'ActivityReported',1,'2026-01-31T13:00:12.123Z','{"launch":1,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','abd3616556a393d982277da99d72b439be2d7770c772ec234ef533bbbd609d77');
INSERT INTO "events" VALUES(107,'01KGA2737V040G2081040G2081',9,'ActivityReported',1,'2026-01-31T13:00:13.623Z','{"launch":1,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','e145ca4c860a97377e424bcde9bfb87e1cc90e193d258f0c6bf187f4366a6b9c');
INSERT INTO "events" VALUES(108,'01KGA2737V040G2081040G2081',10,'ActivityReported',1,'2026-01-31T13:00:15.123Z','{"launch":1,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','979b5ec2f0f3f1f64baf0096d228c147618e101ef7ce40b63d2d93dd60330c75');
INSERT INTO "events" VALUES(109,'01KGA2737V040G2081040G2081',11,'ActivityReported',1,'2026-01-31T13:00:16.623Z','{"launch":1,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','266a7faca65879d72ddcf148a4eed04c89baefa577011914a61661306fc4ac95');
INSERT INTO "events" VALUES(110,'01KGA2737V040G2081040G2081',12,'ActivityReported',1,'2026-01-31T13:00:18.123Z','{"launch":1,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','b88fdd73c4e4d0bba379f20c8290806bf3e0e1899b9a2693d350d5ba4a7d98ed');
INSERT INTO "events" VALUES(111,'01KGA2737V040G2081040G2081',13,'ActivityReported',1,'2026-01-31T13:00:19.623Z','{"launch":1,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','7fd526392c5f7d3922b23b967b309d33e966a724579cffdfc44bba5d2dfa6206');
INSERT INTO "events" VALUES(112,'01KGA2737V040G2081040G2081',14,'ActivityReported',1,'2026-01-31T13:00:21.123Z','{"launch":1,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','27bdd53a73e9cd670101f10282c3e5c7fcee3a1ec9f332bd0ad7691d9ee9e7e3');
INSERT INTO "events" VALUES(113,'01KGA2737V040G2081040G2081',15,'OutputCaptured',1,'2026-01-31T13:00:22.623Z','{"launch":1,"channel":"stdout","offset":0,"length":3,"sha256":"f138990301f9ed9106c6b9518e0cf82de8ca215a9b66aae51e04d5a67b627098"}','acf26ca6b39c856f0c2a29b462792359dbba914d1c4e44a0635e8b06de3bdeb6');
INSERT INTO "events" VALUES(114,'01KGA2737V040G2081040G2081',16,'OutputCaptured',1,'2026-01-31T13:00:24.123Z','{"launch":1,"channel":"stdout","offset":3,"length":4,"sha256":"dd38b4ecb5fc6b96c9d8104a82a53a7e8ff7d077e4b8bbd75f70df543c22fa50"}','3899d4c03e6c6ecab6ce622e701df20c21716b92be1cf64ecdc949c19f12ccfe');
INSERT INTO "events" VALUES(115,'01KGA2737V040G2081040G2081',17,'InputChanged',1,'2026-01-31T13:00:25.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','5c027c70ebb3128d0e82976d40e76594d5d325f68e5cfb5bd897697c63963fc5');
INSERT INTO "events" VALUES(116,'01KGA2737V040G2081040G2081',18,'WorkerFinished',1,'2026-01-31T13:00:27.123Z','{"launch":1,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"Tried.\n","usage":null,"stdout":{"length":7,"sha256":"c135865780371f75ead6b367e655872a0ddd533bba96f429a1f520e58d36d035"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','4c9ce5aea46fdc608f1d8bee4f392fa33f43e51083abc3ad463115ea32174085');
INSERT INTO "events" VALUES(117,'01KGA2737V040G2081040G2081',19,'VerifierLaunched',1,'2026-01-31T13:00:28.623Z','{"attempt":1,"launch":2,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- [ ] an empty list\n\nTried.\n\n","argv":["codex","exec","--json","--sandbox","read-only","-"]}','ab3fb01f701e60ecad71de184b9273de6617c1f2c911b8c7c0dbde07c4696007');
INSERT INTO "events" VALUES(118,'01KGA2737V040G2081040G2081',20,'AgentSpawned',1,'2026-01-31T13:00:30.123Z','{"launch":2,"pid":4712,"process_group":4712,"started_at":1769860900.5}','d7addaba7c736e341c42da27b491d42c824a08c3d173b321095ea0ed115e0b23');
INSERT INTO "events" VALUES(119,'01KGA2737V040G2081040G2081',21,'OutputCaptured',1,'2026-01-31T13:00:31.623Z','{"launch":2,"channel":"stdout","offset":0,"length":36,"sha256":"93589dcc4c50520c07b7db4308269e0f36df48476711872025f256a38b9265d5"}','0dcbf4844f952d44efdc0a9fb7d37ecbfeb487e3541ae2bf48fbf2bf2bf0f850');
INSERT INTO "events" VALUES(120,'01KGA2737V040G2081040G2081',22,'OutputCaptured',1,'2026-01-31T13:00:33.123Z','{"launch":2,"channel":"stdout","offset":36,"length":37,"sha256":"1efd7fb4d2fc9fbf3cd6bdb27e6d6588a6b02d1bb712605805fb2af4267e90c9"}','6f0728564e607e091cf96051515f1d444a5258262f727a54a3984cb6dcced4e0');
INSERT INTO "events" VALUES(121,'01KGA2737V040G2081040G2081',23,'VerifierFinished',1,'2026-01-31T13:00:34.623Z','{"launch":2,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"STATUS: missing\n{\"remainingTasks\": [\"say so in the docs\"]}\nNearly there.\n","usage":null,"stdout":{"length":73,"sha256":"ca2cabbe220fad945efb2b1e9b9db900d5ea35bc2df59e6f3b15230e751e2769"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','00ab85b843c3c3695abc99998f6319cc1f976ddebfbfb53508e1e6e5cf950c91');
INSERT INTO "events" VALUES(122,'01KGA2737V040G2081040G2081',24,'VerdictGiven',1,'2026-01-31T13:00:34.623Z','{"attempt":1,"launch":2,"status":"missing","remaining_tasks":["say so in the docs"],"commentary":"Nearly there.\n"}','5b53410d8e53d875e91d073bc06a57cb679633185094ffd124ced2baf17eb09d');
INSERT INTO "events" VALUES(123,'01KGA2737V040G2081040G2081',25,'RunFinished',1,'2026-01-31T13:00:34.623Z','{"outcome":"exhausted"}','15196a1e898c65c0f7f722f418af589886e9471c70237d2f0cdd06893098d064');
INSERT INTO "events" VALUES(124,'01KGA5MYVV081040G2081040G2',0,'RunStarted',1,'2026-01-31T14:00:00.123Z','{"spec":{"id":"spec-02-maps","name":"An example","workspace":".","path":"specs/spec-02-maps","body":{"path":"specs/spec-02-maps/SPEC.md","text":"# An example\n\nAccept ä, 漢 and 🜁.\n","sha256":"014cdb68a7dacaab8b6925c46ccd6fdeeb28f6eac489d74a356b3e22c6755bba"},"checklist":{"path":"specs/spec-02-maps/acceptance-checklist.md","text":"- [ ] an empty list\n","sha256":"720a0234502e5e9641f9a0b0c63eb7f19ed8d688a8b04823ce40bab81f3fbe07"},"worker_template":{"path":"specs/implement.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n","sha256":"f0def65c0465d505a1dcfa56adbb05770abe614ae14ce25dbb391f1dbe96cc53"},"verifier_template":{"path":"specs/review.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n","sha256":"44e4930154c1251601f2f635bacf68df0f3f858eaa67f7f236a0a0474e314f57"},"metadata":{"path":"specs/spec-02-maps/metadata.json","text":"{\n  \"status\": \"todo\"\n}\n","sha256":"72f897e5158c50ca4895ccb758854176977a26cf7b643a4ba8588c29b1625051"}},"acceptance_commands":["make test"],"settings":{"mode":"strict","max_attempts":2,"worker":{"model":null,"reasoning":null},"verifier":{"model":null,"reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":null,"verifier_timeout":null,"idle_timeout":3600.0,"redact":[]},"remaining_tasks":["left over"],"unmet_dependencies":[],"helm_version":"0.1.0","report_format":1}','b1791f409166c5088e03c9cc45326ea0a4de362aa73be277cfbda254840c18cf');
INSERT INTO "events" VALUES(125,'01KGA5MYVV081040G2081040G2',1,'AttemptStarted',1,'2026-01-31T14:00:01.623Z','{"attempt":1}','19bfb8eaca3e9ef43d21f41c287bcdbf5c303406c8eea7301d7fd64c8fba9cd3');
INSERT INTO "events" VALUES(126,'01KGA5MYVV081040G2081040G2',2,'WorkerLaunched',1,'2026-01-31T14:00:03.123Z','{"attempt":1,"launch":1,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[\n  \"left over\"\n]\n","argv":["codex","exec","--json","-"]}','a20659c6c90d45807f1886b9fd500b8058549a2625c8dc1b20cf8ad06ace1b40');
INSERT INTO "events" VALUES(127,'01KGA5MYVV081040G2081040G2',3,'AgentSpawned',1,'2026-01-31T14:00:04.623Z','{"launch":1,"pid":4711,"process_group":4711,"started_at":1769860800.25}','5a379a30ec21c747ae350c211e86c9e868f2a2ad09165a3ea1666cf89c2e3ec6');
INSERT INTO "events" VALUES(128,'01KGA5MYVV081040G2081040G2',4,'SessionOpened',1,'2026-01-31T14:00:06.123Z','{"launch":1,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','7f02772324e50fb46f1c964ad0afa250ab346e0cc1b3908c0f5c41b6f3ba2cd5');
INSERT INTO "events" VALUES(129,'01KGA5MYVV081040G2081040G2',5,'ActivityReported',1,'2026-01-31T14:00:07.623Z','{"launch":1,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','cfcd1404aabf0ec407c6806ce3b497b727f2426fcdb4efd3666925cc8dcdcc15');
INSERT INTO "events" VALUES(130,'01KGA5MYVV081040G2081040G2',6,'ActivityReported',1,'2026-01-31T14:00:09.123Z','{"launch":1,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','d5d89e239ba7374524ec14ad87f001f976d07aca5071eaa6961a004dcb8b5d16');
INSERT INTO "events" VALUES(131,'01KGA5MYVV081040G2081040G2',7,'ActivityReported',1,'2026-01-31T14:00:10.623Z','{"launch":1,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','59f085f87f57fa72ec43b0cbd5f09832cb1060ddf6be59d00c7ce0b368fe8559');
INSERT INTO "events" VALUES(132,'01KGA5MYVV081040G2081040G2',8,'ActivityReported',1,'2026-01-31T14:00:12.123Z','{"launch":1,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','ddcacfeec6ac118e725370f77c1bda8411d250c5f5de53d50640b034d845022f');
INSERT INTO "events" VALUES(133,'01KGA5MYVV081040G2081040G2',9,'ActivityReported',1,'2026-01-31T14:00:13.623Z','{"launch":1,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','35229dc28304de98a6551ab1372c40d455c2424a9b0b8ef0bd12d10461bd9f61');
INSERT INTO "events" VALUES(134,'01KGA5MYVV081040G2081040G2',10,'ActivityReported',1,'2026-01-31T14:00:15.123Z','{"launch":1,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','213802e3441941e9c13acf50d038fa8c3b7b751a99afa6639a7f2b62d74004db');
INSERT INTO "events" VALUES(135,'01KGA5MYVV081040G2081040G2',11,'ActivityReported',1,'2026-01-31T14:00:16.623Z','{"launch":1,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','a75cd0ceb7912086cf1967b3415eb16c241f64557e6af0a3c08873a885bcef00');
INSERT INTO "events" VALUES(136,'01KGA5MYVV081040G2081040G2',12,'ActivityReported',1,'2026-01-31T14:00:18.123Z','{"launch":1,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','4dc1bbf88d7e443be82c0601ebcf42ed3eb8e3feeb403619e670819ce734a66a');
INSERT INTO "events" VALUES(137,'01KGA5MYVV081040G2081040G2',13,'ActivityReported',1,'2026-01-31T14:00:19.623Z','{"launch":1,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','5ff3104dddc6f8ce27ed73ccc2a74f43add2a9e6af3f48517ee6e94d512bdf79');
INSERT INTO "events" VALUES(138,'01KGA5MYVV081040G2081040G2',14,'ActivityReported',1,'2026-01-31T14:00:21.123Z','{"launch":1,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','507948d40fff78029e57d1b184d90d8d7a4740b1623430cbec694e7df3f2148b');
INSERT INTO "events" VALUES(139,'01KGA5MYVV081040G2081040G2',15,'InputChanged',1,'2026-01-31T14:00:22.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','867d13db89497b4a4528870d024f8344e7377cc7e53ce2caaf2080b2fcde5aa4');
INSERT INTO "events" VALUES(140,'01KGA5MYVV081040G2081040G2',16,'WorkerFinished',1,'2026-01-31T14:00:24.123Z','{"launch":1,"ending":"timed_out","exit_code":null,"signal":15,"seconds":61.5,"report":"","usage":null,"stdout":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','b8afb5407da764c1a7be04729acba548812586876dd5b26259dd228925bd6a61');
INSERT INTO "events" VALUES(141,'01KGA5MYVV081040G2081040G2',17,'RunHalted',1,'2026-01-31T14:00:24.123Z','{"cause":"worker_timed_out","detail":"the agent timed_out"}','7f6bc0dea7bbb09ef8987b3eaa2eaac6a80acbed48d2cde5457b1730b486244a');
INSERT INTO "events" VALUES(142,'01KGA5MYVV081040G2081040G2',18,'RunFinished',1,'2026-01-31T14:00:25.623Z','{"outcome":"abandoned"}','f0c51c60628caa21c30b6c3b590dcf3920ea4bb4d00a03c395478c48c1033386');
INSERT INTO "events" VALUES(143,'01KGA92TFV0C1G60R30C1G60R3',0,'RunStarted',1,'2026-01-31T15:00:00.123Z','{"spec":{"id":"spec-02-maps","name":"An example","workspace":".","path":"specs/spec-02-maps","body":{"path":"specs/spec-02-maps/SPEC.md","text":"# An example\n\nAccept ä, 漢 and 🜁.\n","sha256":"014cdb68a7dacaab8b6925c46ccd6fdeeb28f6eac489d74a356b3e22c6755bba"},"checklist":{"path":"specs/spec-02-maps/acceptance-checklist.md","text":"- [ ] an empty list\n","sha256":"720a0234502e5e9641f9a0b0c63eb7f19ed8d688a8b04823ce40bab81f3fbe07"},"worker_template":{"path":"specs/implement.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n","sha256":"f0def65c0465d505a1dcfa56adbb05770abe614ae14ce25dbb391f1dbe96cc53"},"verifier_template":{"path":"specs/review.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n","sha256":"44e4930154c1251601f2f635bacf68df0f3f858eaa67f7f236a0a0474e314f57"},"metadata":{"path":"specs/spec-02-maps/metadata.json","text":"{\n  \"status\": \"todo\"\n}\n","sha256":"72f897e5158c50ca4895ccb758854176977a26cf7b643a4ba8588c29b1625051"}},"acceptance_commands":["make test"],"settings":{"mode":"strict","max_attempts":2,"worker":{"model":null,"reasoning":null},"verifier":{"model":null,"reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":null,"verifier_timeout":null,"idle_timeout":3600.0,"redact":[]},"remaining_tasks":[],"unmet_dependencies":[],"helm_version":"0.1.0","report_format":1}','32cc77ce7ae3d1afdd77da2921161b09fa7f3eaf66cf4dc151f85d79c8c05e5f');
INSERT INTO "events" VALUES(144,'01KGA92TFV0C1G60R30C1G60R3',1,'AttemptStarted',1,'2026-01-31T15:00:01.623Z','{"attempt":1}','a5e7fb883c6e2dfcd1324d4f50aed203969821a2a1b4fe9de3d438cc45484d80');
INSERT INTO "events" VALUES(145,'01KGA92TFV0C1G60R30C1G60R3',2,'WorkerLaunched',1,'2026-01-31T15:00:03.123Z','{"attempt":1,"launch":1,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[]\n","argv":["codex","exec","--json","-"]}','78a1f88d8e44d0ccb5b120339cd4368a7ef5c0cc2e86186db6e808fb619dd9a6');
INSERT INTO "events" VALUES(146,'01KGA92TFV0C1G60R30C1G60R3',3,'AgentSpawned',1,'2026-01-31T15:00:04.623Z','{"launch":1,"pid":4711,"process_group":4711,"started_at":1769860800.25}','b563022aa575c07a47b46c60f2e4ce8507423e2a7fc61c8e7894928247af45ef');
INSERT INTO "events" VALUES(147,'01KGA92TFV0C1G60R30C1G60R3',4,'SessionOpened',1,'2026-01-31T15:00:06.123Z','{"launch":1,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','85ef8b4bc6111720d15000a35936e294496670a5391c539142dcbc9c552631be');
INSERT INTO "events" VALUES(148,'01KGA92TFV0C1G60R30C1G60R3',5,'ActivityReported',1,'2026-01-31T15:00:07.623Z','{"launch":1,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','61da446fe8f55b8640ded8ec24c2e59bab2880b5737e727a16c2027a6ff5d917');
INSERT INTO "events" VALUES(149,'01KGA92TFV0C1G60R30C1G60R3',6,'ActivityReported',1,'2026-01-31T15:00:09.123Z','{"launch":1,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','a6e643f39b336d554e04621dc3e0c18c3d6053d95e566ac39da7a059cf8ed2bb');
INSERT INTO "events" VALUES(150,'01KGA92TFV0C1G60R30C1G60R3',7,'ActivityReported',1,'2026-01-31T15:00:10.623Z','{"launch":1,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','f3be715f8a4dc9031b3eb5247e1ff62004458aa2a5fcaa73726a7e29985f2e04');
INSERT INTO "events" VALUES(151,'01KGA92TFV0C1G60R30C1G60R3',8,'ActivityReported',1,'2026-01-31T15:00:12.123Z','{"launch":1,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','78454ccb1fb18b0d19ca41db07f45c6fd6cbe92e31b87c321c70703da4969aea');
INSERT INTO "events" VALUES(152,'01KGA92TFV0C1G60R30C1G60R3',9,'ActivityReported',1,'2026-01-31T15:00:13.623Z','{"launch":1,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','238732df651e92287e196b3a8bba742776e5006635705a9e94ba2e4558e994b3');
INSERT INTO "events" VALUES(153,'01KGA92TFV0C1G60R30C1G60R3',10,'ActivityReported',1,'2026-01-31T15:00:15.123Z','{"launch":1,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','4117abcdcae2f8b4e76de80fcd5ac2efd4dbda6513b45d13ef4027855a7116ce');
INSERT INTO "events" VALUES(154,'01KGA92TFV0C1G60R30C1G60R3',11,'ActivityReported',1,'2026-01-31T15:00:16.623Z','{"launch":1,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','09e0bb336383a1768402a50884be9a6ec330bddeff21e79074ea235f312790b3');
INSERT INTO "events" VALUES(155,'01KGA92TFV0C1G60R30C1G60R3',12,'ActivityReported',1,'2026-01-31T15:00:18.123Z','{"launch":1,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','95e85a01ce5453fc987ead4deefafdbc7ae86e850cadcbe1e3df83d33910c68d');
INSERT INTO "events" VALUES(156,'01KGA92TFV0C1G60R30C1G60R3',13,'ActivityReported',1,'2026-01-31T15:00:19.623Z','{"launch":1,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','20e24712fbd3e51ee3f739d813220ab71863925cdf116a3b3dd6558d3d9b198e');
INSERT INTO "events" VALUES(157,'01KGA92TFV0C1G60R30C1G60R3',14,'ActivityReported',1,'2026-01-31T15:00:21.123Z','{"launch":1,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','fe6bc914bbbb22e04c0763241f24bfa042212aa30b23b6aa951740d1dcae178c');
INSERT INTO "events" VALUES(158,'01KGA92TFV0C1G60R30C1G60R3',15,'OutputCaptured',1,'2026-01-31T15:00:22.623Z','{"launch":1,"channel":"stdout","offset":0,"length":33,"sha256":"97668a5f8633eebe423d53e448c7723678bca7001f541e621582c12de5eec978"}','582c3786910d5814ce22ec7da41c997dd2d6f5782cf1a2509e1af8b270495a52');
INSERT INTO "events" VALUES(159,'01KGA92TFV0C1G60R30C1G60R3',16,'OutputCaptured',1,'2026-01-31T15:00:24.123Z','{"launch":1,"channel":"stdout","offset":33,"length":34,"sha256":"b9e58555f17d71b3cd157412c612b4400ac6cda080ba6a8ddff2454e16a9599e"}','a31e9d4f530785e0da0b2ee9a64ccea945408f0a96bb6225169ef392d51ff773');
INSERT INTO "events" VALUES(160,'01KGA92TFV0C1G60R30C1G60R3',17,'InputChanged',1,'2026-01-31T15:00:25.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','6b344b837b470d1335d73a42df99c2953eb3df2867d45fc8a898595a6fed8c30');
INSERT INTO "events" VALUES(161,'01KGA92TFV0C1G60R30C1G60R3',18,'WorkerFinished',1,'2026-01-31T15:00:27.123Z','{"launch":1,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"The parser accepts an empty list now. 漢字, and a key: sk-secret\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":67,"sha256":"0f17979dd6340b55895e5eac845f0922f24315850730acd79397e69d17862355"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','089a41ef049993bd0e47cc42c2e302aa53b9a16427dffed774a6aa7ffcf2df1a');
INSERT INTO "events" VALUES(162,'01KGA92TFV0C1G60R30C1G60R3',19,'VerifierLaunched',1,'2026-01-31T15:00:28.623Z','{"attempt":1,"launch":2,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- [ ] an empty list\n\nThe parser accepts an empty list now. 漢字, and a key: sk-secret\n\n","argv":["codex","exec","--json","--sandbox","read-only","-"]}','84a3e7bf425891572c45a2134147e298d2f4127e77549ac8691421a6b520e1f9');
INSERT INTO "events" VALUES(163,'01KGA92TFV0C1G60R30C1G60R3',20,'AgentSpawned',1,'2026-01-31T15:00:30.123Z','{"launch":2,"pid":4712,"process_group":4712,"started_at":1769860900.5}','3fc2205bc12c6fa31b1f34087446fc7d507c9887657917683881402635eb5ba0');
INSERT INTO "events" VALUES(164,'01KGA92TFV0C1G60R30C1G60R3',21,'OutputCaptured',1,'2026-01-31T15:00:31.623Z','{"launch":2,"channel":"stdout","offset":0,"length":10,"sha256":"bbdfa85aa475e098bc1771fa1d1ca5fa22867dc764f9da30429dabf3c16984fb"}','60dbd5fa6b581db5b44fcf3f7e87ee377c857b80e2a5944e5955f6d975e36c06');
INSERT INTO "events" VALUES(165,'01KGA92TFV0C1G60R30C1G60R3',22,'OutputCaptured',1,'2026-01-31T15:00:33.123Z','{"launch":2,"channel":"stdout","offset":10,"length":11,"sha256":"cb640e04b8dcf918ff5e534d56d124ff6ae00080d6580e19607c3f6e4c52d46e"}','b44dab1ba21961bb38eb62e13b8760c59c41eab74aa3de820d7b129dd5d9804b');
INSERT INTO "events" VALUES(166,'01KGA92TFV0C1G60R30C1G60R3',23,'VerifierFinished',1,'2026-01-31T15:00:34.623Z','{"launch":2,"ending":"completed","exit_code":0,"signal":null,"seconds":61.5,"report":"It looks good to me.\n","usage":{"input_tokens":1200,"output_tokens":300,"cached_input_tokens":800,"reasoning_output_tokens":90},"stdout":{"length":21,"sha256":"714b6188cfce5643d5125fabbfbec7600cc2df5e82f04015e853ae8d830c0369"},"stderr":{"length":0,"sha256":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}}','fe9376a5fe3605274b214646c3b15b7ea65725dfd8a7fdd87fb4bff7b1c9c812');
INSERT INTO "events" VALUES(167,'01KGA92TFV0C1G60R30C1G60R3',24,'RunHalted',1,'2026-01-31T15:00:34.623Z','{"cause":"verdict_unreadable","detail":"the verifier''s answer cannot be read: its first line is ''It looks good to me.''. Expected ''STATUS: ok'' or ''STATUS: missing'', then one line of JSON such as {\"remainingTasks\": []}"}','eb964a626821372d83787896758b4a6dbb0c893d7b98025328af0bed3562f411');
INSERT INTO "events" VALUES(168,'01KGACGP3V0G2081040G208104',0,'RunStarted',1,'2026-01-31T16:00:00.123Z','{"spec":{"id":"spec-03-sets","name":"An example","workspace":".","path":"specs/spec-03-sets","body":{"path":"specs/spec-03-sets/SPEC.md","text":"# An example\n\nAccept ä, 漢 and 🜁.\n","sha256":"014cdb68a7dacaab8b6925c46ccd6fdeeb28f6eac489d74a356b3e22c6755bba"},"checklist":{"path":"specs/spec-03-sets/acceptance-checklist.md","text":"- [ ] an empty list\n","sha256":"720a0234502e5e9641f9a0b0c63eb7f19ed8d688a8b04823ce40bab81f3fbe07"},"worker_template":{"path":"specs/implement.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_COMMANDS}}\n{{PREVIOUS_REMAINING_TASKS}}\n","sha256":"f0def65c0465d505a1dcfa56adbb05770abe614ae14ce25dbb391f1dbe96cc53"},"verifier_template":{"path":"specs/review.prompt-template.md","text":"{{SPEC_BODY}}\n{{ACCEPTANCE_CHECKLIST}}\n{{IMPLEMENTATION_REPORT}}\n","sha256":"44e4930154c1251601f2f635bacf68df0f3f858eaa67f7f236a0a0474e314f57"},"metadata":{"path":"specs/spec-03-sets/metadata.json","text":"{\n  \"status\": \"todo\"\n}\n","sha256":"72f897e5158c50ca4895ccb758854176977a26cf7b643a4ba8588c29b1625051"}},"acceptance_commands":["make test"],"settings":{"mode":"strict","max_attempts":2,"worker":{"model":null,"reasoning":null},"verifier":{"model":null,"reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":null,"verifier_timeout":null,"idle_timeout":3600.0,"redact":[]},"remaining_tasks":[],"unmet_dependencies":[],"helm_version":"0.1.0","report_format":1}','8a1d02644b7d2d18167a9d04bb6dd341f57d3496ad3896c92f6b600730da79da');
INSERT INTO "events" VALUES(169,'01KGACGP3V0G2081040G208104',1,'RunHalted',1,'2026-01-31T16:00:01.623Z','{"cause":"SIGTERM","detail":"asked to"}','5c469e7465212773ba781a4f2c42837b5bdac4f7a6263e180174eff32fb1221a');
INSERT INTO "events" VALUES(170,'01KGACGP3V0G2081040G208104',2,'RunResumed',1,'2026-01-31T16:00:03.123Z','{"settings":{"mode":"strict","max_attempts":2,"worker":{"model":null,"reasoning":null},"verifier":{"model":null,"reasoning":null},"worker_sandbox":"danger-full-access","worker_timeout":null,"verifier_timeout":null,"idle_timeout":3600.0,"redact":[]}}','c57e7156e88a7343038988e3b6c5a0443100dacab31a57a2525c8c9db2fdd240');
INSERT INTO "events" VALUES(171,'01KGACGP3V0G2081040G208104',3,'AttemptStarted',1,'2026-01-31T16:00:04.623Z','{"attempt":1}','073e3758017f078f619c9505552e4a2b53086ece1645107e249a872d10e2d22b');
INSERT INTO "events" VALUES(172,'01KGACGP3V0G2081040G208104',4,'WorkerLaunched',1,'2026-01-31T16:00:06.123Z','{"attempt":1,"launch":1,"prompt":"# An example\n\nAccept ä, 漢 and 🜁.\n\n- make test\n[]\n","argv":["codex","exec","--json","-"]}','807a9d54491235e90406530f661bb055ff80f475a7bf721b84ddbea3fda059fd');
INSERT INTO "events" VALUES(173,'01KGACGP3V0G2081040G208104',5,'AgentSpawned',1,'2026-01-31T16:00:07.623Z','{"launch":1,"pid":4711,"process_group":4711,"started_at":1769860800.25}','aaa9b7f85002645fd7d4bf9f3b18a1255b1f956f92fd04c26dc7f0bf0b4096fe');
INSERT INTO "events" VALUES(174,'01KGACGP3V0G2081040G208104',6,'SessionOpened',1,'2026-01-31T16:00:09.123Z','{"launch":1,"session":"0199a213-81c0-7800-8aa1-bbab2a035a53","version":"0.169.0"}','3f733151b491f99f8b3f2f9840f49cbab731a928b9a1df6ffe0b7da2045e115c');
INSERT INTO "events" VALUES(175,'01KGACGP3V0G2081040G208104',7,'ActivityReported',1,'2026-01-31T16:00:10.623Z','{"launch":1,"activity":"message","text":"a message, with sk-secret","exit_code":null,"changes":[]}','1d7464e05f97297bb34df5d1de23b41442eb39e4e38ac36132f21e03797026b6');
INSERT INTO "events" VALUES(176,'01KGACGP3V0G2081040G208104',8,'ActivityReported',1,'2026-01-31T16:00:12.123Z','{"launch":1,"activity":"reasoning","text":"a reasoning, with sk-secret","exit_code":null,"changes":[]}','c6d4d77d5c6ad07fe582be390ddbb7f1ab10be65da6d1b90f8fa4494686ae297');
INSERT INTO "events" VALUES(177,'01KGACGP3V0G2081040G208104',9,'ActivityReported',1,'2026-01-31T16:00:13.623Z','{"launch":1,"activity":"command_started","text":"a command_started, with sk-secret","exit_code":null,"changes":[]}','0fbd324bb86082e712b92d9d5954105e31063e8aeec2b06061d6ff7ccc669dc5');
INSERT INTO "events" VALUES(178,'01KGACGP3V0G2081040G208104',10,'ActivityReported',1,'2026-01-31T16:00:15.123Z','{"launch":1,"activity":"command_finished","text":"a command_finished, with sk-secret","exit_code":null,"changes":[]}','04252a02fc816947cfa5f36fe3fd38f239e92555e25501a27bf8a3f5ddc1ad4d');
INSERT INTO "events" VALUES(179,'01KGACGP3V0G2081040G208104',11,'ActivityReported',1,'2026-01-31T16:00:16.623Z','{"launch":1,"activity":"search","text":"a search, with sk-secret","exit_code":null,"changes":[]}','a980c7f96f0e05b762a24363b4d343f1859aadcd841a3f8b21d779cbbe07745e');
INSERT INTO "events" VALUES(180,'01KGACGP3V0G2081040G208104',12,'ActivityReported',1,'2026-01-31T16:00:18.123Z','{"launch":1,"activity":"retry","text":"a retry, with sk-secret","exit_code":null,"changes":[]}','505e402b0b0d3184c721b9b9e6fab78b8740c8629bbeed411f0e002e9b73f033');
INSERT INTO "events" VALUES(181,'01KGACGP3V0G2081040G208104',13,'ActivityReported',1,'2026-01-31T16:00:19.623Z','{"launch":1,"activity":"warning","text":"a warning, with sk-secret","exit_code":null,"changes":[]}','4c7d517c6d13b8c7dc3a3fcd232dba1ef8ba2b76cc065741acfd317c399c3396');
INSERT INTO "events" VALUES(182,'01KGACGP3V0G2081040G208104',14,'ActivityReported',1,'2026-01-31T16:00:21.123Z','{"launch":1,"activity":"other","text":"a other, with sk-secret","exit_code":null,"changes":[]}','0f2ff0898d33d931bec543c201653c4348e305ce9d14056593a12ceeab7f2125');
INSERT INTO "events" VALUES(183,'01KGACGP3V0G2081040G208104',15,'ActivityReported',1,'2026-01-31T16:00:22.623Z','{"launch":1,"activity":"command_finished","text":"make test","exit_code":2,"changes":[]}','9f4c83dd5d2853f7e7ca083704ea3a60c32cbd2f094c5f803eff6ba57ff64bf1');
INSERT INTO "events" VALUES(184,'01KGACGP3V0G2081040G208104',16,'ActivityReported',1,'2026-01-31T16:00:24.123Z','{"launch":1,"activity":"file_change","text":"","exit_code":null,"changes":[{"path":"src/parser.py","kind":"update"},{"path":"ä","kind":"add"}]}','309cefc4e2ab4111c57b6b25b6ad98780e303dadb8a9f1ff5768f6bcec4ff57a');
INSERT INTO "events" VALUES(185,'01KGACGP3V0G2081040G208104',17,'InputChanged',1,'2026-01-31T16:00:25.623Z','{"path":"specs/spec-00-example/SPEC.md","sha256":"ebb1d2e59513b31a0898d45b335b0bbed446227b7af18dc0a4f871452eef9c72","text":"easier"}','df4e72134314cdc3bdcc0f20bfc69b46dd95a86094c3fc60a44c20784afe516f');
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
CREATE INDEX events_by_spec ON events (
    json_extract(body, '$.spec.workspace'), json_extract(body, '$.spec.path')
) WHERE seq = 0;
CREATE INDEX events_milestones ON events (run_id, seq, kind)
WHERE kind NOT IN ('OutputCaptured', 'ActivityReported');
CREATE VIEW milestones AS
SELECT * FROM events WHERE kind NOT IN ('OutputCaptured', 'ActivityReported');
CREATE VIEW runs AS
SELECT
    run_id,
    json_extract(start, '$.spec.workspace') AS workspace,
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
    output_tokens
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
        ) AS output_tokens
    FROM events AS run
    WHERE run.seq = 0
);
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
COMMIT;
PRAGMA user_version = 1;
PRAGMA application_id = 1751477357;
