BEGIN TRANSACTION;
CREATE TABLE "c_announcements" (
			id text NOT NULL PRIMARY KEY,
			owner_iss bigint NOT NULL,
			owner_sub text NOT NULL,
			version bigint NOT NULL,
			birth text NOT NULL,
			created bigint NOT NULL,
			updated bigint NOT NULL,
			body text NOT NULL,
			filled bigint NOT NULL);
INSERT INTO "c_announcements" VALUES('welcome',1,'editor',1,'7quz',1795928264776,1795928264776,'{"text":"welcome"}',1);
CREATE TABLE "c_notes" (
			id text NOT NULL PRIMARY KEY,
			owner_iss bigint NOT NULL,
			owner_sub text NOT NULL,
			version bigint NOT NULL,
			birth text NOT NULL,
			created bigint NOT NULL,
			updated bigint NOT NULL,
			body text NOT NULL,
			filled bigint NOT NULL, k1 text NOT NULL DEFAULT '', k2 text NOT NULL DEFAULT '', k3 text NOT NULL DEFAULT '', k4 text NOT NULL DEFAULT '');
INSERT INTO "c_notes" VALUES('01a225aa-8fa6-72b7-86de-498c3c59b02c',1,'ada',3,'ycid',1795928264614,1795928264783,'{"title":"oat milk","done":true,"slug":"milk","project":"home","due":"2026-01-02T03:04:05.678+02:00","priority":9007199254740993,"tags":["a","b"]}',2,'b1','shome','d2026-01-02T01:04:05.678000000','smilk');
INSERT INTO "c_notes" VALUES('01a225aa-8fc5-70c6-807e-e8c57d90d781',1,'ada',1,'appk',1795928264645,1795928264645,'{"title":"Ünïcode 😀  ","done":true,"project":"home","due":"2025-12-31T00:00:00Z","priority":-0.5}',2,'b1','shome','d2025-12-31T00:00:00.000000000','');
INSERT INTO "c_notes" VALUES('01a225aa-8fcd-7bf5-9870-4e97ea8acb41',1,'ada',1,'mlkk',1795928264653,1795928264653,'{"title":"a number","priority":1e2}',2,'','','','');
INSERT INTO "c_notes" VALUES('01a225aa-8fd1-7e76-9caf-609463ffc3a5',1,'grace',1,'dqsr',1795928264657,1795928264657,'{"title":"secret of grace","slug":"milk","done":true}',2,'b1','','','smilk');
INSERT INTO "c_notes" VALUES('01a225aa-8fd3-7e19-ba34-c47bdadadc2e',1,'ada',1,'nakn',1795928264659,1795928264659,'{"title":"note A","done":true,"project":"p0"}',2,'b1','sp0','','');
INSERT INTO "c_notes" VALUES('01a225aa-8fd5-76b1-b33d-514573ae5cb8',1,'ada',1,'v5so',1795928264661,1795928264661,'{"title":"note B","done":false,"project":"p1"}',2,'b0','sp1','','');
INSERT INTO "c_notes" VALUES('01a225aa-8fd9-769b-92a8-8527e98c1d66',1,'ada',1,'v6n7',1795928264665,1795928264665,'{"title":"note C","done":true,"project":"p2"}',2,'b1','sp2','','');
INSERT INTO "c_notes" VALUES('01a225aa-8fda-795d-b060-c37b9a346b26',1,'ada',1,'dseu',1795928264666,1795928264666,'{"title":"note D","done":false,"project":"p3"}',2,'b0','sp3','','');
INSERT INTO "c_notes" VALUES('01a225aa-8fdb-79ee-ac32-52530bd1385c',1,'ada',1,'aavc',1795928264667,1795928264667,'{"title":"note E","done":true,"project":"p4"}',2,'b1','sp4','','');
INSERT INTO "c_notes" VALUES('01a225aa-8fdd-7592-aff6-72d8d3424e37',1,'ada',1,'y4rs',1795928264669,1795928264669,'{"title":"note F","done":false,"project":"p5"}',2,'b0','sp5','','');
INSERT INTO "c_notes" VALUES('01a225aa-8fde-77fd-be4d-6ec2a6425be8',1,'ada',1,'h2xg',1795928264670,1795928264670,'{"title":"note G","done":true,"project":"p6"}',2,'b1','sp6','','');
INSERT INTO "c_notes" VALUES('01a225aa-8fdf-7b4d-8b5f-ce5dbe545409',1,'ada',1,'64ie',1795928264671,1795928264671,'{"title":"note H","done":false,"project":"p0"}',2,'b0','sp0','','');
INSERT INTO "c_notes" VALUES('01a225aa-8ffd-71eb-80b3-4b7b06f2378d',1,'ada',1,'imxw',1795928264701,1795928264701,'{"title":"note I","done":true,"project":"p1"}',2,'b1','sp1','','');
INSERT INTO "c_notes" VALUES('01a225aa-8ffe-7828-b585-966073351dc9',1,'ada',1,'levi',1795928264702,1795928264702,'{"title":"note J","done":false,"project":"p2"}',2,'b0','sp2','','');
INSERT INTO "c_notes" VALUES('01a225aa-8fff-7c13-a788-cce7a75a964e',1,'ada',1,'ssxw',1795928264703,1795928264703,'{"title":"note K","done":true,"project":"p3"}',2,'b1','sp3','','');
INSERT INTO "c_notes" VALUES('01a225aa-9000-7e15-b2a7-76bc43e3d04a',1,'ada',1,'ewx3',1795928264704,1795928264704,'{"title":"note L","done":false,"project":"p4"}',2,'b0','sp4','','');
INSERT INTO "c_notes" VALUES('01a225aa-9002-7140-9136-f61e6b2ad8e4',1,'ada',1,'l5i7',1795928264706,1795928264706,'{"title":"note M","done":true,"project":"p5"}',2,'b1','sp5','','');
INSERT INTO "c_notes" VALUES('01a225aa-9003-754b-9abd-0f61346ed7b2',1,'ada',1,'vhir',1795928264707,1795928264707,'{"title":"note N","done":false,"project":"p6"}',2,'b0','sp6','','');
INSERT INTO "c_notes" VALUES('01a225aa-9004-7b17-9961-4dbfe7e2aaee',1,'ada',1,'gk2y',1795928264708,1795928264708,'{"title":"note O","done":true,"project":"p0"}',2,'b1','sp0','','');
INSERT INTO "c_notes" VALUES('01a225aa-9006-7d18-80f1-886eb6b58c2a',1,'ada',1,'rvas',1795928264710,1795928264710,'{"title":"note P","done":false,"project":"p1"}',2,'b0','sp1','','');
INSERT INTO "c_notes" VALUES('01a225aa-9014-7f1d-b9aa-f8118a87da18',1,'ada',1,'6ouk',1795928264724,1795928264724,'{"title":"note Q","done":true,"project":"p2"}',2,'b1','sp2','','');
INSERT INTO "c_notes" VALUES('01a225aa-9016-7387-952b-1538e3457c24',1,'ada',1,'7tem',1795928264726,1795928264726,'{"title":"note R","done":false,"project":"p3"}',2,'b0','sp3','','');
INSERT INTO "c_notes" VALUES('01a225aa-9017-7a5d-a981-1a4f64f7e564',1,'ada',1,'fwho',1795928264727,1795928264727,'{"title":"note S","done":true,"project":"p4"}',2,'b1','sp4','','');
INSERT INTO "c_notes" VALUES('01a225aa-9018-7db9-918f-9aa8e2081e63',1,'ada',1,'zczy',1795928264728,1795928264728,'{"title":"note T","done":false,"project":"p5"}',2,'b0','sp5','','');
INSERT INTO "c_notes" VALUES('01a225aa-9028-7f00-a019-d623c7189745',1,'ada',1,'s3rj',1795928264744,1795928264744,'{"title":"note U","done":true,"project":"p6"}',2,'b1','sp6','','');
INSERT INTO "c_notes" VALUES('01a225aa-902a-7566-99ea-f6c2efd74225',1,'ada',1,'clrt',1795928264746,1795928264746,'{"title":"note V","done":false,"project":"p0"}',2,'b0','sp0','','');
INSERT INTO "c_notes" VALUES('01a225aa-902b-7597-ac53-dccfa1aeac2a',1,'ada',1,'bttn',1795928264747,1795928264747,'{"title":"note W","done":true,"project":"p1"}',2,'b1','sp1','','');
INSERT INTO "c_notes" VALUES('01a225aa-902c-77ce-bd68-e85d2ed68c42',1,'ada',1,'ytyn',1795928264748,1795928264748,'{"title":"note X","done":false,"project":"p2"}',2,'b0','sp2','','');
INSERT INTO "c_notes" VALUES('01a225aa-9030-77d5-baaa-7591dd60d13d',1,'ada',1,'pbez',1795928264752,1795928264752,'{"title":"note Y","done":true,"project":"p3"}',2,'b1','sp3','','');
INSERT INTO "c_notes" VALUES('01a225aa-9031-7b7d-8a22-3be2aa94ded8',1,'ada',1,'t6iz',1795928264753,1795928264753,'{"title":"note Z","done":false,"project":"p4"}',2,'b0','sp4','','');
INSERT INTO "c_notes" VALUES('01a225aa-9035-70b2-b044-1d5a2676ebdc',1,'ada',1,'okok',1795928264757,1795928264757,'{"title":"note A","done":true,"project":"p5"}',2,'b1','sp5','','');
INSERT INTO "c_notes" VALUES('01a225aa-9036-76d0-929c-119af5643e1c',1,'ada',1,'2m6g',1795928264758,1795928264758,'{"title":"note B","done":false,"project":"p6"}',2,'b0','sp6','','');
INSERT INTO "c_notes" VALUES('01a225aa-9037-78e0-9167-3d72198f8279',1,'ada',1,'25pm',1795928264759,1795928264759,'{"title":"note C","done":true,"project":"p0"}',2,'b1','sp0','','');
INSERT INTO "c_notes" VALUES('01a225aa-9038-7724-94a4-0e75c5026f9f',1,'ada',1,'l6bc',1795928264760,1795928264760,'{"title":"note D","done":false,"project":"p1"}',2,'b0','sp1','','');
CREATE TABLE "c_tasks" (
			id text NOT NULL PRIMARY KEY,
			owner_iss bigint NOT NULL,
			owner_sub text NOT NULL,
			version bigint NOT NULL,
			birth text NOT NULL,
			created bigint NOT NULL,
			updated bigint NOT NULL,
			body text NOT NULL,
			filled bigint NOT NULL);
INSERT INTO "c_tasks" VALUES('01a225aa-9039-7be0-91b2-835f2e90fc68',1,'ada',2,'gln7',1795928264761,1795928264785,'{"title":"shared and changed","editors":["grace"]}',2);
INSERT INTO "c_tasks" VALUES('01a225aa-903f-73c4-b01b-86d60d9147dc',1,'grace',1,'6i3t',1795928264767,1795928264767,'{"title":"of grace alone"}',2);
CREATE TABLE changes (
			seq integer PRIMARY KEY AUTOINCREMENT,
			pos bigint,
			collection text NOT NULL,
			id text NOT NULL,
			version bigint NOT NULL,
			op text NOT NULL,
			owner_iss_before bigint,
			owner_sub_before text,
			owner_iss bigint,
			owner_sub text,
			body_before text,
			body text,
			birth text NOT NULL,
			created bigint NOT NULL,
			updated_before bigint,
			updated bigint,
			at bigint NOT NULL,
			claim text);
INSERT INTO "changes" VALUES(1,NULL,'notes','01a225aa-8fa6-72b7-86de-498c3c59b02c',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"milk","done":false,"slug":"milk","project":"home","due":"2026-01-02T03:04:05.678+02:00","priority":9007199254740993,"tags":["a","b"]}','ycid',1795928264614,NULL,1795928264614,1795928264614,'');
INSERT INTO "changes" VALUES(2,NULL,'notes','01a225aa-8fc5-70c6-807e-e8c57d90d781',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"Ünïcode 😀  ","done":true,"project":"home","due":"2025-12-31T00:00:00Z","priority":-0.5}','appk',1795928264645,NULL,1795928264645,1795928264645,'');
INSERT INTO "changes" VALUES(3,NULL,'notes','01a225aa-8fcd-7bf5-9870-4e97ea8acb41',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"a number","priority":1e2}','mlkk',1795928264653,NULL,1795928264653,1795928264653,'');
INSERT INTO "changes" VALUES(4,NULL,'notes','01a225aa-8fd0-747c-9a20-7a9c175967ca',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"to be deleted","slug":"gone"}','7a6j',1795928264656,NULL,1795928264656,1795928264656,'');
INSERT INTO "changes" VALUES(5,NULL,'notes','01a225aa-8fd1-7e76-9caf-609463ffc3a5',1,'insert',NULL,NULL,1,'grace',NULL,'{"title":"secret of grace","slug":"milk","done":true}','dqsr',1795928264657,NULL,1795928264657,1795928264657,'');
INSERT INTO "changes" VALUES(6,NULL,'notes','01a225aa-8fd3-7e19-ba34-c47bdadadc2e',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note A","done":true,"project":"p0"}','nakn',1795928264659,NULL,1795928264659,1795928264659,'');
INSERT INTO "changes" VALUES(7,NULL,'notes','01a225aa-8fd5-76b1-b33d-514573ae5cb8',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note B","done":false,"project":"p1"}','v5so',1795928264661,NULL,1795928264661,1795928264661,'');
INSERT INTO "changes" VALUES(8,NULL,'notes','01a225aa-8fd9-769b-92a8-8527e98c1d66',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note C","done":true,"project":"p2"}','v6n7',1795928264665,NULL,1795928264665,1795928264665,'');
INSERT INTO "changes" VALUES(9,NULL,'notes','01a225aa-8fda-795d-b060-c37b9a346b26',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note D","done":false,"project":"p3"}','dseu',1795928264666,NULL,1795928264666,1795928264666,'');
INSERT INTO "changes" VALUES(10,NULL,'notes','01a225aa-8fdb-79ee-ac32-52530bd1385c',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note E","done":true,"project":"p4"}','aavc',1795928264667,NULL,1795928264667,1795928264667,'');
INSERT INTO "changes" VALUES(11,NULL,'notes','01a225aa-8fdd-7592-aff6-72d8d3424e37',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note F","done":false,"project":"p5"}','y4rs',1795928264669,NULL,1795928264669,1795928264669,'');
INSERT INTO "changes" VALUES(12,NULL,'notes','01a225aa-8fde-77fd-be4d-6ec2a6425be8',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note G","done":true,"project":"p6"}','h2xg',1795928264670,NULL,1795928264670,1795928264670,'');
INSERT INTO "changes" VALUES(13,NULL,'notes','01a225aa-8fdf-7b4d-8b5f-ce5dbe545409',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note H","done":false,"project":"p0"}','64ie',1795928264671,NULL,1795928264671,1795928264671,'');
INSERT INTO "changes" VALUES(14,NULL,'notes','01a225aa-8ffd-71eb-80b3-4b7b06f2378d',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note I","done":true,"project":"p1"}','imxw',1795928264701,NULL,1795928264701,1795928264701,'');
INSERT INTO "changes" VALUES(15,NULL,'notes','01a225aa-8ffe-7828-b585-966073351dc9',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note J","done":false,"project":"p2"}','levi',1795928264702,NULL,1795928264702,1795928264702,'');
INSERT INTO "changes" VALUES(16,NULL,'notes','01a225aa-8fff-7c13-a788-cce7a75a964e',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note K","done":true,"project":"p3"}','ssxw',1795928264703,NULL,1795928264703,1795928264703,'');
INSERT INTO "changes" VALUES(17,NULL,'notes','01a225aa-9000-7e15-b2a7-76bc43e3d04a',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note L","done":false,"project":"p4"}','ewx3',1795928264704,NULL,1795928264704,1795928264704,'');
INSERT INTO "changes" VALUES(18,NULL,'notes','01a225aa-9002-7140-9136-f61e6b2ad8e4',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note M","done":true,"project":"p5"}','l5i7',1795928264706,NULL,1795928264706,1795928264706,'');
INSERT INTO "changes" VALUES(19,NULL,'notes','01a225aa-9003-754b-9abd-0f61346ed7b2',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note N","done":false,"project":"p6"}','vhir',1795928264707,NULL,1795928264707,1795928264707,'');
INSERT INTO "changes" VALUES(20,NULL,'notes','01a225aa-9004-7b17-9961-4dbfe7e2aaee',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note O","done":true,"project":"p0"}','gk2y',1795928264708,NULL,1795928264708,1795928264708,'');
INSERT INTO "changes" VALUES(21,NULL,'notes','01a225aa-9006-7d18-80f1-886eb6b58c2a',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note P","done":false,"project":"p1"}','rvas',1795928264710,NULL,1795928264710,1795928264710,'');
INSERT INTO "changes" VALUES(22,NULL,'notes','01a225aa-9014-7f1d-b9aa-f8118a87da18',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note Q","done":true,"project":"p2"}','6ouk',1795928264724,NULL,1795928264724,1795928264724,'');
INSERT INTO "changes" VALUES(23,NULL,'notes','01a225aa-9016-7387-952b-1538e3457c24',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note R","done":false,"project":"p3"}','7tem',1795928264726,NULL,1795928264726,1795928264726,'');
INSERT INTO "changes" VALUES(24,NULL,'notes','01a225aa-9017-7a5d-a981-1a4f64f7e564',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note S","done":true,"project":"p4"}','fwho',1795928264727,NULL,1795928264727,1795928264727,'');
INSERT INTO "changes" VALUES(25,NULL,'notes','01a225aa-9018-7db9-918f-9aa8e2081e63',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note T","done":false,"project":"p5"}','zczy',1795928264728,NULL,1795928264728,1795928264728,'');
INSERT INTO "changes" VALUES(26,NULL,'notes','01a225aa-9028-7f00-a019-d623c7189745',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note U","done":true,"project":"p6"}','s3rj',1795928264744,NULL,1795928264744,1795928264744,'');
INSERT INTO "changes" VALUES(27,NULL,'notes','01a225aa-902a-7566-99ea-f6c2efd74225',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note V","done":false,"project":"p0"}','clrt',1795928264746,NULL,1795928264746,1795928264746,'');
INSERT INTO "changes" VALUES(28,NULL,'notes','01a225aa-902b-7597-ac53-dccfa1aeac2a',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note W","done":true,"project":"p1"}','bttn',1795928264747,NULL,1795928264747,1795928264747,'');
INSERT INTO "changes" VALUES(29,NULL,'notes','01a225aa-902c-77ce-bd68-e85d2ed68c42',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note X","done":false,"project":"p2"}','ytyn',1795928264748,NULL,1795928264748,1795928264748,'');
INSERT INTO "changes" VALUES(30,NULL,'notes','01a225aa-9030-77d5-baaa-7591dd60d13d',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note Y","done":true,"project":"p3"}','pbez',1795928264752,NULL,1795928264752,1795928264752,'');
INSERT INTO "changes" VALUES(31,NULL,'notes','01a225aa-9031-7b7d-8a22-3be2aa94ded8',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note Z","done":false,"project":"p4"}','t6iz',1795928264753,NULL,1795928264753,1795928264753,'');
INSERT INTO "changes" VALUES(32,NULL,'notes','01a225aa-9035-70b2-b044-1d5a2676ebdc',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note A","done":true,"project":"p5"}','okok',1795928264757,NULL,1795928264757,1795928264757,'');
INSERT INTO "changes" VALUES(33,NULL,'notes','01a225aa-9036-76d0-929c-119af5643e1c',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note B","done":false,"project":"p6"}','2m6g',1795928264758,NULL,1795928264758,1795928264758,'');
INSERT INTO "changes" VALUES(34,NULL,'notes','01a225aa-9037-78e0-9167-3d72198f8279',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note C","done":true,"project":"p0"}','25pm',1795928264759,NULL,1795928264759,1795928264759,'');
INSERT INTO "changes" VALUES(35,NULL,'notes','01a225aa-9038-7724-94a4-0e75c5026f9f',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"note D","done":false,"project":"p1"}','l6bc',1795928264760,NULL,1795928264760,1795928264760,'');
INSERT INTO "changes" VALUES(36,NULL,'tasks','01a225aa-9039-7be0-91b2-835f2e90fc68',1,'insert',NULL,NULL,1,'ada',NULL,'{"title":"shared","editors":["grace"]}','gln7',1795928264761,NULL,1795928264761,1795928264761,'');
INSERT INTO "changes" VALUES(37,NULL,'tasks','01a225aa-903f-73c4-b01b-86d60d9147dc',1,'insert',NULL,NULL,1,'grace',NULL,'{"title":"of grace alone"}','6i3t',1795928264767,NULL,1795928264767,1795928264767,'');
INSERT INTO "changes" VALUES(38,NULL,'announcements','welcome',1,'insert',NULL,NULL,1,'editor',NULL,'{"text":"welcome"}','7quz',1795928264776,NULL,1795928264776,1795928264776,'');
INSERT INTO "changes" VALUES(39,NULL,'notes','01a225aa-8fa6-72b7-86de-498c3c59b02c',2,'update',1,'ada',1,'ada','{"title":"milk","done":false,"slug":"milk","project":"home","due":"2026-01-02T03:04:05.678+02:00","priority":9007199254740993,"tags":["a","b"]}','{"title":"oat milk","done":false,"slug":"milk","project":"home","due":"2026-01-02T03:04:05.678+02:00","priority":9007199254740993,"tags":["a","b"]}','ycid',1795928264614,1795928264614,1795928264781,1795928264781,'');
INSERT INTO "changes" VALUES(40,NULL,'notes','01a225aa-8fa6-72b7-86de-498c3c59b02c',3,'update',1,'ada',1,'ada','{"title":"oat milk","done":false,"slug":"milk","project":"home","due":"2026-01-02T03:04:05.678+02:00","priority":9007199254740993,"tags":["a","b"]}','{"title":"oat milk","done":true,"slug":"milk","project":"home","due":"2026-01-02T03:04:05.678+02:00","priority":9007199254740993,"tags":["a","b"]}','ycid',1795928264614,1795928264781,1795928264783,1795928264783,'ce5501ce60b25439a7e6263e968d7b86:before-the-upgrade');
INSERT INTO "changes" VALUES(41,NULL,'notes','01a225aa-8fd0-747c-9a20-7a9c175967ca',2,'delete',1,'ada',NULL,NULL,'{"title":"to be deleted","slug":"gone"}',NULL,'7a6j',1795928264656,1795928264656,NULL,1795928264784,'');
INSERT INTO "changes" VALUES(42,NULL,'tasks','01a225aa-9039-7be0-91b2-835f2e90fc68',2,'update',1,'ada',1,'ada','{"title":"shared","editors":["grace"]}','{"title":"shared and changed","editors":["grace"]}','gln7',1795928264761,1795928264761,1795928264785,1795928264785,'');
CREATE TABLE collections (
			name text NOT NULL PRIMARY KEY,
			declarer text NOT NULL,
			generation bigint NOT NULL,
			filled bigint NOT NULL,
			counted bigint NOT NULL);
INSERT INTO "collections" VALUES('notes','7A7QJOHNRNVAVKCB5TZWC767OW',2,2,0);
INSERT INTO "collections" VALUES('announcements','7A7QJOHNRNVAVKCB5TZWC767OW',1,1,0);
INSERT INTO "collections" VALUES('tasks','7A7QJOHNRNVAVKCB5TZWC767OW',2,2,0);
CREATE TABLE columns (
			collection text NOT NULL,
			no bigint NOT NULL,
			kind text NOT NULL,
			path text NOT NULL,
			form text NOT NULL,
			state text NOT NULL,
			since bigint NOT NULL,
			PRIMARY KEY (collection, no),
			UNIQUE (collection, kind, path, form));
INSERT INTO "columns" VALUES('notes',1,'key','["done"]','1','live',2);
INSERT INTO "columns" VALUES('notes',2,'key','["project"]','1','live',2);
INSERT INTO "columns" VALUES('notes',3,'key','["due"]','1t','live',2);
INSERT INTO "columns" VALUES('notes',4,'key','["slug"]','1','live',2);
INSERT INTO "columns" VALUES('tasks',1,'member','["editors"]','1','live',2);
CREATE TABLE counters (
			name text NOT NULL PRIMARY KEY,
			value bigint NOT NULL);
INSERT INTO "counters" VALUES('settled',0);
INSERT INTO "counters" VALUES('pruned',0);
CREATE TABLE idempotency (
			scope blob NOT NULL,
			name text NOT NULL,
			request blob,
			answer blob,
			kept_until bigint NOT NULL,
			PRIMARY KEY (scope, name));
INSERT INTO "idempotency" VALUES(X'AB3EF8B44D47642E00B4F30ED56AB95D3EB11476A92F122423D56BFACAD9852B','before-the-upgrade',X'A4515AEAD5E85BCDE42640367C1E96E9D1DD86F533F0DA78A5802886DDC43D05',X'5B7B2263223A226E6F746573222C226F223A226D657267655061746368222C2269223A2230316132323561612D386661362D373262372D383664652D343938633363353962303263222C2273223A22687474703A2F2F3132372E302E302E313A33333637352F222C2275223A22616461222C2276223A332C2262223A2279636964222C2274223A22323032362D31312D32395430343A35373A34342E3631345A222C2277223A22323032362D31312D32395430343A35373A34342E3738335A222C2264223A7B227469746C65223A226F6174206D696C6B222C22646F6E65223A747275652C22736C7567223A226D696C6B222C2270726F6A656374223A22686F6D65222C22647565223A22323032362D30312D30325430333A30343A30352E3637382B30323A3030222C227072696F72697479223A393030373139393235343734303939332C2274616773223A5B2261222C2262225D7D7D5D',1796014664783);
CREATE TABLE indexes (
			name text NOT NULL PRIMARY KEY,
			collection text NOT NULL,
			declared text NOT NULL,
			definition text NOT NULL,
			state text NOT NULL,
			note text NOT NULL);
INSERT INTO "indexes" VALUES('i_notes_ceee8c7d06c1','notes','[done]','owner_iss ASC, owner_sub ASC, k1 ASC, id ASC','ready','');
INSERT INTO "indexes" VALUES('i_notes_e662bda8b0c0','notes','[project, -due]','owner_iss ASC, owner_sub ASC, k2 ASC, k3 DESC, id DESC','ready','');
INSERT INTO "indexes" VALUES('i_notes_2095a92934d3','notes','unique [owner, slug]','unique owner_iss ASC, owner_sub ASC, k4 ASC','ready','');
CREATE TABLE issuers (
			no bigint NOT NULL PRIMARY KEY,
			url text NOT NULL UNIQUE);
INSERT INTO "issuers" VALUES(1,'http://127.0.0.1:33675/');
CREATE TABLE keysets (
			issuer text NOT NULL PRIMARY KEY,
			raw blob NOT NULL,
			fetched bigint NOT NULL);
CREATE TABLE leases (
			name text NOT NULL PRIMARY KEY,
			holder text NOT NULL,
			held_until bigint NOT NULL);
CREATE TABLE "m_announcements" (
			path bigint NOT NULL,
			iss bigint NOT NULL,
			sub text NOT NULL,
			id text NOT NULL,
			PRIMARY KEY (path, iss, sub, id));
CREATE TABLE "m_notes" (
			path bigint NOT NULL,
			iss bigint NOT NULL,
			sub text NOT NULL,
			id text NOT NULL,
			PRIMARY KEY (path, iss, sub, id));
CREATE TABLE "m_tasks" (
			path bigint NOT NULL,
			iss bigint NOT NULL,
			sub text NOT NULL,
			id text NOT NULL,
			PRIMARY KEY (path, iss, sub, id));
INSERT INTO "m_tasks" VALUES(1,1,'grace','01a225aa-9039-7be0-91b2-835f2e90fc68');
CREATE TABLE secrets (
			name text NOT NULL,
			generation bigint NOT NULL,
			secret blob NOT NULL,
			made bigint NOT NULL,
			PRIMARY KEY (name, generation));
INSERT INTO "secrets" VALUES('cursors',1,X'E7DBAB2E1DA2D94C6DD32EA3754B8E5F3D72B4B282AAD54D5F8201F30C55B50C',1795928258356);
CREATE TABLE usage (
			collection text NOT NULL,
			owner_iss bigint NOT NULL,
			owner_sub text NOT NULL,
			documents bigint NOT NULL,
			bytes bigint NOT NULL,
			counted bigint NOT NULL,
			PRIMARY KEY (collection, owner_iss, owner_sub));
CREATE INDEX idempotency_until ON idempotency (kept_until);
CREATE INDEX "o_notes" ON "c_notes" (owner_iss ASC, owner_sub ASC, id ASC);
CREATE INDEX "n_notes" ON "m_notes" (id ASC);
CREATE INDEX "i_notes_ceee8c7d06c1" ON "c_notes" (owner_iss ASC, owner_sub ASC, k1 ASC, id ASC);
CREATE INDEX "i_notes_e662bda8b0c0" ON "c_notes" (owner_iss ASC, owner_sub ASC, k2 ASC, k3 DESC, id DESC);
CREATE UNIQUE INDEX "i_notes_2095a92934d3" ON "c_notes" (owner_iss ASC, owner_sub ASC, k4 ASC) WHERE k4 <> '';
CREATE INDEX "o_announcements" ON "c_announcements" (owner_iss ASC, owner_sub ASC, id ASC);
CREATE INDEX "n_announcements" ON "m_announcements" (id ASC);
CREATE INDEX "o_tasks" ON "c_tasks" (owner_iss ASC, owner_sub ASC, id ASC);
CREATE INDEX "n_tasks" ON "m_tasks" (id ASC);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('changes',42);
COMMIT;
