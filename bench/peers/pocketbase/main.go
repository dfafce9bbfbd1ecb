// Command pocketbase is PocketBase with a collection of notes that belong to
// users, and with its own settings: a commit does not wait for the disk
// (synchronous NORMAL). Its log of requests is off.
//
//	pocketbase fill FOLDER DOCUMENTS   writes FOLDER/token, FOLDER/user and FOLDER/ids
//	pocketbase serve FOLDER ADDRESS
package main

import (
	"errors"
	"log"
	"os"
	"strconv"

	"github.com/pocketbase/pocketbase/apis"
	"github.com/pocketbase/pocketbase/core"
	_ "github.com/pocketbase/pocketbase/migrations"
)

func main() {
	if len(os.Args) != 4 {
		log.Fatal("usage: pocketbase fill FOLDER DOCUMENTS | pocketbase serve FOLDER ADDRESS")
	}
	if err := run(os.Args[1], os.Args[2], os.Args[3]); err != nil {
		log.Fatal(err)
	}
}

func run(command, folder, argument string) error {
	app := core.NewBaseApp(core.BaseAppConfig{DataDir: folder})
	if err := app.Bootstrap(); err != nil {
		return err
	}
	if err := app.RunAllMigrations(); err != nil {
		return err
	}
	switch command {
	case "serve":
		return apis.Serve(app, apis.ServeConfig{HttpAddr: argument})
	case "fill":
		documents, err := strconv.Atoi(argument)
		if err != nil {
			return err
		}
		return fill(app, folder, documents)
	}
	return errors.New("there is no command " + command)
}
