package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pocketbase/dbx"
	"github.com/pocketbase/pocketbase/core"
	"github.com/pocketbase/pocketbase/tools/types"
)

// fill declares notes, makes a user and stores documents of that user in ten
// projects: the same as Postern's.
func fill(app core.App, folder string, documents int) error {
	app.Settings().Logs.MaxDays = 0
	notes, err := declare(app)
	if err := errors.Join(err, app.Save(app.Settings())); err != nil {
		return err
	}
	user, token, err := signUp(app)
	if err != nil {
		return err
	}
	var ids []string
	err = app.RunInTransaction(func(tx core.App) error {
		for i := range documents {
			id := core.GenerateDefaultRandomId()
			if i%2000 < 200 { // as many as are called for elsewhere
				ids = append(ids, id)
			}
			if _, err := tx.DB().Insert(notes.Name, note(i, id, user)).Execute(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(filepath.Join(folder, "token"), []byte(token), 0o600),
		os.WriteFile(filepath.Join(folder, "user"), []byte(user), 0o600),
		os.WriteFile(filepath.Join(folder, "ids"), []byte(strings.Join(ids, "\n")+"\n"), 0o600))
}

// declare has each user read and write their own notes only, with the index
// that pages follow.
func declare(app core.App) (*core.Collection, error) {
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return nil, err
	}
	c := core.NewBaseCollection("notes")
	c.Fields.Add(
		&core.TextField{Name: "title", Required: true, Max: 200},
		&core.TextField{Name: "project"},
		&core.DateField{Name: "due"},
		&core.BoolField{Name: "done"},
		&core.TextField{Name: "text"},
		&core.RelationField{Name: "owner", CollectionId: users.Id, MaxSelect: 1, Required: true},
		&core.AutodateField{Name: "created", OnCreate: true},
		&core.AutodateField{Name: "updated", OnCreate: true, OnUpdate: true},
	)
	own, create := `owner = @request.auth.id`, `@request.body.owner = @request.auth.id`
	c.ListRule, c.ViewRule, c.UpdateRule, c.DeleteRule, c.CreateRule = &own, &own, &own, &own, &create
	c.AddIndex("notes_due", false, "owner, project, due DESC", "")
	return c, app.Save(c)
}

func signUp(app core.App) (id, token string, err error) {
	users, err := app.FindCollectionByNameOrId("users")
	if err != nil {
		return "", "", err
	}
	ada := core.NewRecord(users)
	ada.SetEmail("ada@example.com")
	ada.SetPassword("what nobody has to know")
	if err := app.Save(ada); err != nil {
		return "", "", err
	}
	token, err = ada.NewAuthToken()
	return ada.Id, token, err
}

func note(i int, id, owner string) dbx.Params {
	due := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(i*7919%1_000_000) * time.Minute)
	now := types.NowDateTime().String()
	return dbx.Params{
		"id": id, "owner": owner, "created": now, "updated": now,
		"title": fmt.Sprintf("Note %d", i), "project": fmt.Sprintf("project-%d", i%10),
		"due": due.Format(types.DefaultDateLayout), "done": i%3 == 0, "text": strings.Repeat("words and more ", 12),
	}
}
